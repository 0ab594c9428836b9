// What stands around every page.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Me, type Organization, asFailure, go, post } from '../api';
import { say } from '../page';
import { t } from '../text';
import { sentence } from './error';
import { Icon, Mark } from './icon';

// The organisation's own picture, if it lies on this host; others are kept out by the CSP.
function Logo({ organization }: { organization: Organization | null })
{
	const [failed, setFailed] = useState(false);
	const path = organization?.logo_path ?? '';
	return /^\/(?!\/)/.test(path) && !failed
		? <img class="logo" src={path} alt="" onError={() => setFailed(true)} />
		: <Mark />;
}

function Foot({ organization }: { organization: Organization | null })
{
	return (
		<footer>
			{organization?.footer_text && <span>{organization.footer_text}</span>}
			<span>{t('runs_on')}</span>
		</footer>
	);
}

interface FrameProps { organization: Organization | null; children: ComponentChildren }

// Around a question.
export function Frame({ organization, children }: FrameProps)
{
	return (
		<div class="portal">
			<header>
				<Logo organization={organization} />
				<span class="org">{organization?.name ?? t('brand')}</span>
			</header>
			<main>{children}</main>
			<Foot organization={organization} />
		</div>
	);
}

function UserMenu({ me }: { me: Me })
{
	const [open, setOpen] = useState(false);
	const [busy, setBusy] = useState(false);
	const root = useRef<HTMLDivElement>(null);
	const opener = useRef<HTMLButtonElement>(null);

	useLayoutEffect(() => {
		if (!open)
			return undefined;
		const leave = (e: Event) => {
			if (!root.current?.contains(e.target as Node))
				setOpen(false);
		};
		const escape = (e: KeyboardEvent) => {
			if (e.key === 'Escape') {
				setOpen(false);
				opener.current?.focus();
			}
		};
		document.addEventListener('pointerdown', leave);
		document.addEventListener('focusin', leave);
		document.addEventListener('keydown', escape);
		return () => {
			document.removeEventListener('pointerdown', leave);
			document.removeEventListener('focusin', leave);
			document.removeEventListener('keydown', escape);
		};
	}, [open]);

	const signOut = async () => {
		if (busy)
			return;
		setBusy(true);
		try {
			go((await post<{ redirect: string }>('/me/sign-out', {})).redirect);
		} catch (e) {
			setBusy(false);
			say(sentence(asFailure(e)), true);
		}
	};

	const name = me.user.name || me.user.email;
	return (
		<div class="pop" ref={root}>
			<button ref={opener} type="button" class="btn quiet" aria-expanded={open} aria-controls="menu"
				aria-label={t('nav.menu', { name })} onClick={() => setOpen(!open)}>
				<span class="only-s"><Icon name="user" /></span><span class="hide-s">{name}</span><Icon name="down" />
			</button>
			<div id="menu" class="menu stack-s" hidden={!open}>
				<p class="small"><span class="muted">{t('stub.who')}</span> {me.user.email}</p>
				<button type="button" class="btn wide" aria-busy={busy} onClick={signOut}>
					{t(busy ? 'nav.signing_out' : 'nav.sign_out')}</button>
				<p class="small muted">{t('nav.sign_out_hint')}</p>
			</div>
		</div>
	);
}

// Around the pages of somebody who is signed in.
export function TopFrame({ me, here, children }: { me: Me; here: '/' | '/account/devices'; children: ComponentChildren })
{
	const link = (path: '/' | '/account/devices', label: string) => (
		<a href={path} {...(path === here ? { 'aria-current': 'page' as const } : {})}>{label}</a>
	);
	return (
		<div class="portal">
			<header class="topnav">
				<span class="home"><Logo organization={me.organization} /><span class="org">{me.organization.name}</span></span>
				<nav class="tabs" aria-label={t('nav.main')}>
					{link('/', t('nav.applications'))}
					{link('/account/devices', t('nav.account'))}
				</nav>
				<span class="grow hide-s" />
				<UserMenu me={me} />
			</header>
			<main>{children}</main>
			<Foot organization={me.organization} />
		</div>
	);
}
