// Around the pages about the member who is signed in.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { useConsole } from '../session';
import { t } from '../text';
import { Head } from './bits';

export type ProfileTab = 'profile' | 'authentication' | 'sessions' | 'tokens' | 'activity';

const TABS = [
	['profile', '/console/profile', 'profile.tab'],
	['authentication', '/console/profile/authentication', 'profile.authentication'],
	['sessions', '/console/profile/sessions', 'profile.sessions'],
	['tokens', '/console/profile/tokens', 'profile.tokens'],
	['activity', '/console/profile/activity', 'profile.activity'],
] as const;

export function ProfileFrame({ tab, notice = '', actions, children }: { tab: ProfileTab; notice?: string; actions?: ComponentChildren; children: ComponentChildren })
{
	const { me } = useConsole();
	const tabs = useRef<HTMLElement>(null);
	// On a narrow screen not all of them fit.
	useLayoutEffect(() => tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' }), [tab]);
	const label = t(TABS.find(([key]) => key === tab)![2]);
	return (
		<>
			<Head title={t('profile.title')} within={label} sub={me.member.email}>{actions}</Head>
			<nav ref={tabs} class="tabs" aria-label={t('profile.title')}>
				{TABS.map(([key, href, name]) => <a key={key} href={href} {...(key === tab ? { 'aria-current': 'page' as const } : {})}>{t(name)}</a>)}
			</nav>
			<div role="status">{notice && <div class="done"><Banner kind="ok">{notice}</Banner></div>}</div>
			{children}
		</>
	);
}
