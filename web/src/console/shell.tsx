// What stands around every page: where things are, who is signed in, where to look somebody up.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { say } from '../page';
import { asRefusal } from './api';
import { words } from './parts/failure';
import { Icon, Mark, type IconName } from '../parts/icon';
import { Menu } from '../parts/menu';
import { useShortcuts } from './parts/shortcuts';
import { Standing } from './parts/standing';
import { Toasts } from './parts/toast';
import { navigate } from './route';
import { useConsole } from './session';
import { t, type Key } from './text';

type Place = [path: string, icon: IconName, label: Key, needs: string];

// Without a title: what everybody comes to first.
const PLACES: { title: Key | null; places: Place[] }[] = [
	{ title: null, places: [['', 'grid', 'overview.title', '']] },
	{ title: 'nav.people', places: [['users', 'users', 'users.title', 'orgs_read']] },
	{ title: 'nav.access', places: [
		['access-settings', 'shield', 'settings.title', 'orgs_read'], ['applications', 'app', 'apps.title', 'apps_read'],
		['policies', 'rules', 'policies.title', 'apps_read'], ['groups', 'list', 'groups.title', 'orgs_read'],
	] },
	{ title: 'nav.resources', places: [['lists', 'sheet', 'lists.title', 'lists_read'], ['service-tokens', 'lock', 'tokens.title', 'service_tokens_read']] },
	{ title: 'nav.identity', places: [['identity-providers', 'globe', 'providers.title', 'orgs_read']] },
	{ title: 'nav.activity', places: [['sign-ins', 'clock', 'log.title', 'logs_read'], ['audit', 'list', 'audit.title', 'logs_read'], ['recovery', 'refresh', 'recovery_cases.title', 'recovery_help']] },
	{ title: 'nav.account_of', places: [['members', 'user', 'members.title', 'members_read'], ['roles', 'rules', 'roles.title', 'members_read']] },
];

const isAt = (at: string, path: string): boolean =>
	(path === '' ? at === '/console' || at === '/' : at === `/console/${path}` || at.startsWith(`/console/${path}/`));

function AccountChoice()
{
	const { me, account, switchTo } = useConsole();
	if (me.accounts.length < 2)
		return <div class="grow"><b>{account.name}</b><span>{t('brand')}</span></div>;
	return (
		<div class="grow">
			<label class="vh" for="account">{t('nav.account')}</label>
			<select id="account" class="input" value={account.id} onChange={(e) => {
				const id = e.currentTarget.value;
				navigate('/console/');
				switchTo(id);
			}}>
				{me.accounts.map((a) => <option key={a.id} value={a.id}>{a.name}</option>)}
			</select>
		</div>
	);
}

function Side({ at, id, open, onClose }: { at: string; id: string; open: boolean; onClose: () => void })
{
	const { may } = useConsole();
	const ref = useRef<HTMLElement>(null);
	useEffect(() => {
		if (!open)
			return undefined;
		ref.current?.querySelector<HTMLElement>('button')?.focus();
		const escape = (e: KeyboardEvent) => e.key === 'Escape' && onClose();
		document.addEventListener('keydown', escape);
		return () => document.removeEventListener('keydown', escape);
	}, [open]);
	return (
		<nav ref={ref} class={open ? 'side open' : 'side'} id={id} aria-label={t('nav.main')}>
			<div class="brand"><Mark /><AccountChoice />
				<button type="button" class="btn icon closer" aria-label={t('nav.close')} onClick={onClose}><Icon name="x" /></button>
			</div>
			{PLACES.map(({ title, places }) => ({ title, places: places.filter(([, , , needs]) => needs === '' || may(needs)) })).filter(({ places }) => places.length > 0).map(({ title, places }) => (
				<div key={title}>
					{title && <h2>{t(title)}</h2>}
					<ul>{places.map(([path, icon, label]) => (
						<li key={path}>
							<a href={`/console/${path}`} {...(isAt(at, path) ? { 'aria-current': 'page' as const } : {})}
								onClick={onClose}><Icon name={icon} />{t(label)}</a>
						</li>
					))}</ul>
				</div>
			))}
		</nav>
	);
}

export function Shell({ at, children }: { at: string; children: ComponentChildren })
{
	const { me, roleName, signOut } = useConsole();
	const [open, setOpen] = useState(false);
	const [find, setFind] = useState('');
	const opener = useRef<HTMLButtonElement>(null);
	const search = useRef<HTMLInputElement>(null);
	const keys = useShortcuts(search);
	const name = me.member.name || me.member.email;
	const close = () => {
		if (open)
			opener.current?.focus();
		setOpen(false);
	};
	const leave = () => signOut().catch((e) => say(words(asRefusal(e)), true));
	return (
		<div class="console">
			<a class="skip" href="#main" onClick={(e) => {
				e.preventDefault();
				document.querySelector<HTMLElement>('#main h1')?.focus();
			}}>{t('nav.skip')}</a>
			<Side at={at} id="side" open={open} onClose={close} />
			{open && <div class="veil" onClick={close} />}
			<div class="work">
				<header class="bar">
					<button ref={opener} type="button" class="btn icon opener" aria-label={t('nav.open')} aria-expanded={open} aria-controls="side"
						onClick={() => setOpen(true)}><Icon name="bars" /></button>
					<form class="find" role="search" onSubmit={(e) => {
						e.preventDefault();
						navigate(`/console/users?${new URLSearchParams({ q: find.trim() })}`);
						setFind('');
					}}>
						<Icon name="search" />
						<label class="vh" for="find">{t('nav.find')}</label>
						<input ref={search} id="find" class="input" type="search" placeholder={t('nav.find')} value={find} onInput={(e) => setFind(e.currentTarget.value)} />
						{keys.on && <kbd aria-hidden="true">/</kbd>}
					</form>
					<span class="grow hide-s" />
					<span class="muted nowrap hide-s">{name} · {roleName}</span>
					<Menu label={t('nav.menu', { name, role: roleName })} icon="user" actions={[
						{ label: t('profile.menu'), icon: 'user', act: () => navigate('/console/profile') },
						{ label: t('keys.title'), icon: 'keyboard', act: keys.show },
						{ label: t('nav.sign_out'), icon: 'out', act: leave },
					]} />
				</header>
				<main class="main" id="main"><Standing at={at} />{children}</main>
			</div>
			{keys.help}
			<Toasts />
		</div>
	);
}
