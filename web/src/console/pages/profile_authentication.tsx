// My profile → Authentication: two-factor authentication, backup codes, password.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Device, Devices } from '../../api';
import { kindIcon, kindName } from '../../kind';
import { RenameDialog } from '../../pages/devices_change';
import { Window } from '../../pages/devices_window';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { locale } from '../../text';
import { day, when } from '../../time';
import { tellBrowser } from '../../webauthn';
import { asRefusal, forget, own, type Refusal } from '../api';
import { Ask } from '../parts/ask';
import { Badge, Section, Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Load, useLoad } from '../parts/load';
import { ProfileFrame } from '../parts/profile_frame';
import { toast } from '../parts/toast';
import type { Route } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import { PasswordCard } from './profile_password';
import { Flow, type Doing } from './profile_flows';
import { NewPhone } from './profile_new_phone';

export interface BackupCodesLeft { total: number; left: number; made_at: string }

// What a member's own call says beside what a user's says.
export interface OwnDevices extends Devices {
	two_factor: { is_enabled: boolean; since: string | null };
	password_window: Devices['window'];
	backup_codes: BackupCodesLeft | null;
}

export const FEW = 3;

const isKey = (device: Device): boolean => device.factor === 'webauthn';

export function ProfileAuthenticationPage({ route }: { route: Route })
{
	const loaded = useLoad('profile devices', () => own.get<OwnDevices>('/me/devices'));
	const [doing, setDoing] = useState<Doing | null>(null);
	const [notice, setNotice] = useState(route.notice);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [offer, setOffer] = useState(false);
	const [changed, setChanged] = useState<{ was: OwnDevices | undefined; sentence: string } | null>(null);
	const { me, reload } = useConsole();

	const begin = (next: Doing) => {
		setNotice('');
		setFailure(null);
		setDoing(next);
	};
	const done = (sentence: string) => {
		setChanged({ was: loaded.data, sentence });
		forget();
		loaded.again();
		void reload();
	};
	// The page comes back with what is true now, not with what was.
	useEffect(() => {
		if (!changed || (loaded.data === changed.was && !loaded.failure))
			return;
		setOffer(changed.was?.devices.length === 0);
		setDoing(null);
		setNotice(changed.sentence);
		setChanged(null);
	}, [changed, loaded.data, loaded.failure]);
	const stop = (why: Refusal | null) => {
		setDoing(null);
		setFailure(why);
		loaded.again();
	};
	if (doing && loaded.data)
		return <Flow key={doing.what} doing={doing} devices={loaded.data} onDone={done} onStop={stop} />;
	return (
		<ProfileFrame tab="authentication" notice={notice}>
			{failure && <FailureBlock failure={failure} />}
			{offer && <Offer />}
			{me.member.is_sso ? <SingleSignOn /> : <Load of={loaded}>{(devices) => <Authentication devices={devices} begin={begin} done={done} fail={setFailure} again={loaded.again} />}</Load>}
		</ProfileFrame>
	);
}

function SingleSignOn()
{
	return (
		<>
			<Section title={t('profile.2fa')}><p class="panel">{t('profile.2fa.sso')}</p></Section>
			<Section title={t('profile.password')}><p class="panel">{t('profile.password.sso')}</p></Section>
		</>
	);
}

// Who has just protected themselves, and may ask it of others.
function Offer()
{
	const { me } = useConsole();
	const open = me.accounts.find((a) => a.role === 'owner' && !a.enforce_twofactor);
	return open && me.member.two_factor.is_enabled ? (
		<Banner kind="note" title={t('profile.2fa.offer_title', { account: open.name })} action={<a class="btn" href={`/console/members?account=${open.id}`}>{t('profile.2fa.offer_go')}</a>}>
			{t('profile.2fa.offer')}</Banner>
	) : null;
}

type Asked = { what: 'rename' | 'remove' | 'cannot'; device: Device } | { what: 'phone' } | null;

function Authentication({ devices: state, begin, done, fail, again }: {
	devices: OwnDevices;
	begin: (doing: Doing) => void;
	done: (sentence: string) => void;
	fail: (failure: Refusal) => void;
	again: () => void;
})
{
	const { me } = useConsole();
	const { devices, backup_codes: codes, frozen_at } = state;
	const [open, setOpen] = useState(devices.length > 0);
	const [asked, setAsked] = useState<Asked>(null);
	const keys = devices.filter(isKey);
	const app = devices.find((d) => d.factor === 'totp');
	const frozen = frozen_at !== null;
	const unready = me.member.email_verified_at === null;
	const close = () => setAsked(null);

	// The browser's own list of keys is put right whenever this page has the newest one.
	useEffect(() => { void tellBrowser(state.signal, state.removed?.credential_id ?? null); }, [state]);

	const remove = (device: Device) => {
		const last = devices.length === 1;
		const may = me.accounts.filter((a) => a.enforce_twofactor).every((a) => a.role === 'owner');
		if (last && me.member.two_factor.is_enforced && !may)
			setAsked({ what: 'cannot', device });
		else if (state.window)
			setAsked({ what: 'remove', device });
		else
			begin({ what: 'remove', device });
	};
	const phone = () => setAsked({ what: 'phone' });
	return (
		<>
			{frozen && <Banner kind="danger" title={t('profile.frozen_title')}>{t('profile.frozen', { when: when(frozen_at) })}</Banner>}
			<TwoFactorCard state={state} open={open} manage={() => setOpen(!open)} />
			{unready && <Unverified />}
			{open && (
				<div id="methods">
					{!frozen && state.window && <TheWindow state={state} again={again} fail={fail} />}
					<Keys keys={keys} off={frozen || unready} frozen={frozen} add={() => begin({ what: 'add-key' })} remove={remove}
						rename={(device) => (device.can_rename ? setAsked({ what: 'rename', device }) : begin({ what: 'rename', device }))} />
					<App app={app} off={frozen || unready} frozen={frozen} add={() => begin({ what: 'add-app' })} remove={remove}
						reconfigure={(device) => begin({ what: 'reconfigure', device })} />
				</div>
			)}
			{devices.length > 0 && <Codes codes={codes} frozen={frozen} make={() => begin({ what: 'codes', first: codes === null })} />}
			{devices.length > 0 && !frozen && (
				<Section title={t('profile.phone')} why={t('profile.phone.why')} actions={<button type="button" class="btn" onClick={phone}><Icon name="phone" /> {t('profile.phone.go')}</button>}>
					{null}
				</Section>
			)}
			<PasswordCard change={() => begin({ what: 'password' })} />
			{asked?.what === 'rename' && (
				<RenameDialog device={asked.device} onClose={close} onProve={() => begin({ what: 'rename', device: asked.device })} onFail={(failure) => {
					close();
					fail(asRefusal(failure));
				}} onDone={(_, name) => {
					close();
					done(t('profile.key.renamed', { old: asked.device.name, name }));
				}} />
			)}
			{asked?.what === 'remove' && <RemoveNow device={asked.device} state={state} onClose={close} done={(sentence) => {
				close();
				done(sentence);
			}} />}
			{asked?.what === 'cannot' && <Cannot onClose={close} />}
			{asked?.what === 'phone' && <NewPhone state={state} app={app} onClose={close} begin={begin} />}
		</>
	);
}

// On with its date, or off and recommended; who asks for it.
function TwoFactorCard({ state, open, manage }: { state: OwnDevices; open: boolean; manage: () => void })
{
	const { me } = useConsole();
	const { is_enabled, since } = state.two_factor;
	const { is_enforced, deadline } = me.member.two_factor;
	const by = me.accounts.filter((a) => a.enforce_twofactor).map((a) => a.name);
	return (
		<section class="panel fa" aria-labelledby="fa">
			<div class="grow">
				<div class="row tight">
					<h2 id="fa">{t('profile.2fa')}</h2>
					{is_enabled ? <Badge kind="ok">{t('profile.2fa.on')}</Badge> : <Badge kind="warn" icon="alert">{t('profile.2fa.off')}</Badge>}
				</div>
				<p>{is_enabled && since ? t('profile.2fa.since', { day: day(since) }) : t('profile.2fa.recommended')}</p>
				{is_enforced && <p class="muted">{deadline && Date.parse(deadline) > Date.now()
					? t('profile.2fa.enforced_from', { accounts: names(by), day: day(deadline) }) : t('profile.2fa.enforced', { accounts: names(by) })}</p>}
			</div>
			<button type="button" class={is_enabled ? 'btn' : 'btn primary'} aria-expanded={open} aria-controls="methods" onClick={manage}>{t('profile.2fa.manage')}</button>
		</section>
	);
}

export const names = (of: string[]): string => (of.length > 0 ? new Intl.ListFormat(locale).format(of) : t('profile.your_account'));

// Two factors can be switched on for an address that is known to be theirs.
function Unverified()
{
	const { me, lost } = useConsole();
	const [sent, setSent] = useState('');
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const send = async () => {
		if (busy)
			return;
		setBusy(true);
		setFailure(null);
		try {
			setSent((await own.post<{ sent_to: string }>('/member/email/verify')).sent_to);
		} catch (e) {
			const refusal = asRefusal(e);
			if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return (
		<>
			<div role="status"><Banner kind="warn" title={t('profile.unverified_title')}
				action={<button type="button" class="btn" aria-busy={busy} onClick={send}>{t(sent ? 'profile.unverified_again' : 'profile.unverified_go')}</button>}>
				{sent ? t('profile.unverified_sent', { email: sent }) : t('profile.unverified', { email: me.member.email })}</Banner></div>
			{failure && <FailureBlock failure={failure} />}
		</>
	);
}

function TheWindow({ state, again, fail }: { state: OwnDevices; again: () => void; fail: (failure: Refusal) => void })
{
	const lock = async () => {
		try {
			await own.post('/me/devices/lock');
			toast(t('profile.window_ended'));
			again();
		} catch (e) {
			fail(asRefusal(e));
		}
	};
	return state.window && <Window opening={state.window} by={state.devices.find((d) => d.opened_window)?.name ?? ''} lock={lock} over={again} />;
}

function Keys({ keys, off, frozen, add, rename, remove }: {
	keys: Device[];
	off: boolean;
	frozen: boolean;
	add: () => void;
	rename: (device: Device) => void;
	remove: (device: Device) => void;
})
{
	return (
		<Section title={t('profile.keys')} why={t('profile.keys.why')} actions={
			<button type="button" class="btn" aria-label={t('profile.keys.add_label')} aria-disabled={off} onClick={() => off || add()}><Icon name="plus" /> {t('profile.add')}</button>}>
			{keys.length === 0
				? <p class="panel muted">{t('profile.keys.none')}</p>
				: <ul class="card items" aria-label={t('profile.keys')}>{keys.map((k) => <KeyRow key={k.id} device={k} off={frozen} rename={() => rename(k)} remove={() => remove(k)} />)}</ul>}
			{keys.length === 1 && !off && (
				<div class="after"><Banner kind="note" title={t('profile.keys.second_title')} action={<button type="button" class="btn" onClick={add}>{t('profile.keys.second_go')}</button>}>
					{t('profile.keys.second')}</Banner></div>
			)}
		</Section>
	);
}

function used(device: Device): ComponentChildren
{
	return device.last_used_at ? <Time at={device.last_used_at} exact /> : t('profile.key.unused');
}

// Edit opens what is known about a key, and what can be done with it.
function KeyRow({ device, off, rename, remove }: { device: Device; off: boolean; rename: () => void; remove: () => void })
{
	const [open, setOpen] = useState(false);
	const id = `key-${device.id}`;
	return (
		<li class="foldable">
			<div class="row">
				<span class="ico"><Icon name={kindIcon(device.kind)} /></span>
				<div class="grow">
					<p class="t">{device.name}</p>
					<p class="d">{device.last_used_at ? t('profile.key.about', { kind: kindName(device.kind, device.factor), added: day(device.created_at), used: when(device.last_used_at) })
						: t('profile.key.about_unused', { kind: kindName(device.kind, device.factor), added: day(device.created_at) })}</p>
				</div>
				<button type="button" class="btn" aria-expanded={open} aria-controls={id} aria-label={t('profile.key.edit_label', { name: device.name })} onClick={() => setOpen(!open)}>
					{t('profile.key.edit')}</button>
			</div>
			<div id={id} class="fold" hidden={!open}>
				<dl class="facts two">
					<div><dt>{t('profile.key.kind')}</dt><dd>{kindName(device.kind, device.factor)}</dd></div>
					<div><dt>{t('profile.key.model')}</dt><dd>{device.model || t('profile.key.model_unknown')}</dd></div>
					<div><dt>{t('profile.key.added')}</dt><dd><Time at={device.created_at} exact /></dd></div>
					<div><dt>{t('profile.key.used')}</dt><dd>{used(device)}</dd></div>
					<div><dt>{t('profile.key.synced')}</dt><dd>{t(device.is_synced ? 'profile.key.synced_yes' : 'profile.key.synced_no')}</dd></div>
				</dl>
				{!off && (
					<div class="row acts">
						<button type="button" class="btn" aria-label={t('profile.key.rename_label', { name: device.name })} onClick={rename}>{t('profile.key.rename')}</button>
						<button type="button" class="btn danger" aria-label={t('profile.key.delete_label', { name: device.name })} onClick={remove}>{t('profile.key.delete')}</button>
					</div>
				)}
			</div>
		</li>
	);
}

function App({ app, off, frozen, add, reconfigure, remove }: {
	app: Device | undefined;
	off: boolean;
	frozen: boolean;
	add: () => void;
	reconfigure: (device: Device) => void;
	remove: (device: Device) => void;
})
{
	return (
		<Section title={t('profile.app')} why={t('profile.app.why')} actions={app
			? !frozen && <>
				<button type="button" class="btn" onClick={() => reconfigure(app)}>{t('profile.app.reconfigure')}</button>
				<button type="button" class="btn danger" onClick={() => remove(app)}>{t('profile.app.delete')}</button>
			</>
			: <button type="button" class="btn" aria-label={t('profile.app.add_label')} aria-disabled={off} onClick={() => off || add()}><Icon name="plus" /> {t('profile.add')}</button>}>
			{app
				? (
					<ul class="card items" aria-label={t('profile.app')}><li>
						<span class="ico"><Icon name="app" /></span>
						<div class="grow"><p class="t">{app.name}</p>
							<p class="d">{app.last_used_at ? t('profile.app.about', { added: day(app.created_at), used: when(app.last_used_at) }) : t('profile.app.about_unused', { added: day(app.created_at) })}</p></div>
					</li></ul>
				)
				: <p class="panel muted">{t('profile.app.none')}</p>}
		</Section>
	);
}

function Codes({ codes, frozen, make }: { codes: BackupCodesLeft | null; frozen: boolean; make: () => void })
{
	const left = codes?.left ?? 0;
	return (
		<Section title={t('profile.codes')} why={t('profile.codes.why')} actions={!frozen && (
			<button type="button" class="btn" onClick={make}>{t(codes ? 'profile.codes.again' : 'profile.codes.make')}</button>)}>
			{codes && (
				<ul class="card items" aria-label={t('profile.codes')}><li>
					<span class="ico"><Icon name="sheet" /></span>
					<div class="grow"><p class="t">{t('profile.codes.left', { left, total: codes.total })}</p><p class="d">{t('profile.codes.made', { day: day(codes.made_at) })}</p></div>
				</li></ul>
			)}
			{left <= FEW && (
				<div class="after"><Banner kind="warn" title={codes ? counted('profile.codes.few_title', left) : t('profile.codes.none_title')}>
					{t(codes ? 'profile.codes.few' : 'profile.codes.none')}</Banner></div>
			)}
		</Section>
	);
}

// What stops, what remains, and that the account will ask for another one.
export function Removal({ device, state }: { device: Device; state: OwnDevices })
{
	const { me } = useConsole();
	const rest = state.devices.filter((d) => d.id !== device.id).map((d) => d.name);
	const codes = state.backup_codes?.left ?? 0;
	const by = me.accounts.filter((a) => a.enforce_twofactor).map((a) => a.name);
	if (rest.length === 0) {
		return (
			<>
				<p>{t('profile.remove.last', { name: device.name })}</p>
				{me.member.two_factor.is_enforced && <p>{t('profile.remove.owner', { accounts: names(by) })}</p>}
			</>
		);
	}
	return (
		<>
			<p>{t('profile.remove.stops', { name: device.name })}</p>
			<p>{codes > 0 ? t('profile.remove.rest_codes', { names: names(rest), codes: counted('profile.codes.count', codes) }) : t('profile.remove.rest', { names: names(rest) })}</p>
		</>
	);
}

export async function removeDevice(device: Device, state: OwnDevices, enforced: boolean): Promise<string>
{
	const last = state.devices.length === 1;
	const now = await own.post<OwnDevices>(`/me/devices/${device.id}/remove`, last && enforced ? { confirm: true } : {});
	await tellBrowser(now.signal, now.removed?.credential_id ?? null);
	return t(now.devices.length === 0 ? 'profile.remove.done_last' : 'profile.remove.done', { name: device.name });
}

// Within the ten minutes after a proof.
function RemoveNow({ device, state, onClose, done }: { device: Device; state: OwnDevices; onClose: () => void; done: (sentence: string) => void })
{
	const { me } = useConsole();
	return (
		<Ask title={t('profile.remove.title', { name: device.name })} verb={t('profile.remove.go')} keep={t('profile.remove.keep')} onClose={onClose}
			act={async () => done(await removeDevice(device, state, me.member.two_factor.is_enforced))}>
			<Removal device={device} state={state} />
		</Ask>
	);
}

function Cannot({ onClose }: { onClose: () => void })
{
	const { me } = useConsole();
	const by = me.accounts.filter((a) => a.enforce_twofactor && a.role !== 'owner').map((a) => a.name);
	return (
		<Dialog title={t('profile.remove.cannot_title')} onClose={onClose}>
			<p>{t('profile.remove.cannot', { accounts: names(by) })}</p>
			<div class="row acts"><button type="button" class="btn primary" data-safe onClick={onClose}>{t('profile.remove.close')}</button></div>
		</Dialog>
	);
}
