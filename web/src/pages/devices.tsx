// Account → MFA devices: what one confirms with, and changing it in the ten minutes after a proof.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Device, type Devices, Failure, type Me, asFailure, post } from '../api';
import { kindIcon, kindName } from '../kind';
import { hidden, hide } from '../memory';
import { say, useTitle } from '../page';
import { Banner, FailureBanner, Heading, useSpoken } from '../parts/error';
import { Frame, TopFrame } from '../parts/frame';
import { Icon } from '../parts/icon';
import { Menu } from '../parts/menu';
import { locale, t } from '../text';
import { day, when } from '../time';
import { canUseKeys, tellBrowser } from '../webauthn';
import { CodesRow } from './backup_codes';
import { RemoveDialog, RenameDialog, removedNotice } from './devices_change';
import { Window } from './devices_window';
import { Prove } from './prove';

// What is done to a device once it may be: null for nothing but opening the window.
interface Change { verb: 'rename' | 'remove'; device: Device }

export function DevicesView({ me, loaded, notice, reload, signIn }: {
	me: Me;
	loaded: Devices;
	notice: string;
	reload: () => void;
	signIn: () => void;
})
{
	const [devices, setDevices] = useState(loaded);
	const [proving, setProving] = useState<{ then: Change | null } | null>(null);
	const [changing, setChanging] = useState<Change | null>(null);
	const [done, setDone] = useState(notice);
	const [failure, setFailure] = useState<Failure | null>(null);
	const list = useRef<HTMLDivElement>(null);
	const arrived = useRef(false);

	useEffect(() => setDevices(loaded), [loaded]);
	// The browser's own list of keys is put right whenever this page has the newest one.
	useEffect(() => { tellBrowser(devices.signal, devices.removed?.credential_id ?? null); }, [devices]);
	// After a dialog whose row is gone, and after the proof.
	useEffect(() => {
		if (arrived.current)
			list.current?.querySelector<HTMLElement>('h1')?.focus();
		arrived.current = true;
	}, [devices.devices.length]);

	const fail = (caught: Failure) => {
		setChanging(null);
		setProving(null);
		// What this page shows is older than the truth.
		if (['signed_out', 'frozen', 'ended', 'sign_in_again'].includes(caught.code))
			reload();
		else
			setFailure(caught);
	};
	const change = (next: Change) => {
		setDone('');
		setFailure(null);
		if (devices.needs === 'prove' && !(next.verb === 'rename' && next.device.can_rename))
			setProving({ then: next });
		else
			setChanging(next);
	};
	const opened = (now: Devices, then: Change | null) => {
		setDevices(now);
		setProving(null);
		setFailure(null);
		say(t('window.open'));
		const device = now.devices.find((d) => d.id === then?.device.id);
		if (then && device)
			setChanging({ verb: then.verb, device });
	};
	const changed = (now: Devices, sentence: string) => {
		setDevices(now);
		setChanging(null);
		setDone(sentence);
	};
	const lock = async () => {
		try {
			setDevices(await post<Devices>('/me/devices/lock', {}));
			setDone(t('window.ended'));
		} catch (e) {
			fail(asFailure(e));
		}
	};

	if (proving) {
		return (
			<Frame organization={me.organization}>
				<Prove who={me.user.email} organization={me.organization.name} onFail={fail} onCancel={() => setProving(null)}
					onDone={(now) => opened(now, proving.then)} />
			</Frame>
		);
	}
	return (
		<TopFrame me={me} here="/account/devices">
			<div ref={list}>
				<DeviceList me={me} devices={devices} notice={done} failure={failure} change={change}
					prove={() => setProving({ then: null })} lock={lock} over={reload} signIn={signIn} />
			</div>
			{changing?.verb === 'rename' && (
				<RenameDialog device={changing.device} onClose={() => setChanging(null)} onFail={fail}
					onProve={() => setProving({ then: changing })}
					onDone={(now, name) => changed(now, t('rename.done', { old: changing.device.name, name }))} />
			)}
			{changing?.verb === 'remove' && (
				<RemoveDialog device={changing.device} devices={devices.devices} onClose={() => setChanging(null)} onFail={fail}
					onProve={() => setProving({ then: changing })} onDone={(now) => changed(now, removedNotice(now))} />
			)}
		</TopFrame>
	);
}

// "Security key, YubiKey 5 Series, synchronised · added 3 March 2026 · used today 09:41"
function describe(device: Device): string
{
	const kind = [
		kindName(device.kind, device.factor),
		device.model !== device.name && device.model,
		device.is_synced ? t('devices.synced') : device.kind === 'biometrics' && t('devices.only_here'),
	].filter(Boolean).join(', ');
	const added = day(device.created_at);
	return device.last_used_at
		? t('devices.kind', { kind, added, used: when(device.last_used_at) })
		: t('devices.kind_unused', { kind, added });
}

function DeviceRow({ device, frozen, change }: { device: Device; frozen: boolean; change: (change: Change) => void })
{
	return (
		<li>
			<span class="ico"><Icon name={kindIcon(device.kind)} /></span>
			<div class="grow">
				<p class="t">{device.name}</p>
				<p class="d">{describe(device)}</p>
			</div>
			{!frozen && (
				<Menu label={t('devices.actions', { name: device.name })} actions={[
					{ label: t('rename.open'), act: () => change({ verb: 'rename', device }) },
					{ label: t('remove.open'), danger: true, act: () => change({ verb: 'remove', device }) },
				]} />
			)}
		</li>
	);
}

// The device that an application hangs on alone, while there are others: the weak point.
export function weakPoint(devices: Device[]): { device: Device; application: string } | null
{
	for (const device of devices) {
		const [closing] = device.if_removed.closes;
		if (closing && device.if_removed.remain > 0)
			return { device, application: closing.name };
	}
	return null;
}

// What is left when the one in use is gone.
function remains(devices: Device[]): string
{
	const used = (device: Device) => Date.parse(device.last_used_at ?? device.created_at);
	const [first, ...rest] = [...devices].sort((a, b) => used(b) - used(a));
	return t('devices.remain', { name: first?.name ?? '', rest: new Intl.ListFormat(locale).format(rest.map((d) => d.name)) });
}

// One device alone: said until its owner has read it.
function OneDevice({ device, add }: { device: Device; add: boolean })
{
	const key = `one_device.${device.id}`;
	const [gone, setGone] = useState(hidden(key));
	if (gone)
		return null;
	return (
		<Banner kind="warn" title={t('devices.alone_title')} action={add && <a class="btn" href="/AddMfaDevice">{t('devices.add_second')}</a>}>
			{t('devices.alone', { name: device.name })} {' '}
			<button type="button" class="link" onClick={() => {
				hide(key);
				setGone(true);
				document.querySelector<HTMLElement>('h1')?.focus();
			}}>{t('devices.alone_hide')}</button>
		</Banner>
	);
}

function DeviceList({ me, devices: state, notice, failure, change, prove, lock, over, signIn }: {
	me: Me;
	devices: Devices;
	notice: string;
	failure: Failure | null;
	change: (change: Change) => void;
	prove: () => void;
	lock: () => void;
	over: () => void;
	signIn: () => void;
})
{
	const { devices, can_enrol, frozen_at, window: opening, needs } = state;
	const organization = me.organization.name;
	const frozen = frozen_at !== null;
	const [only] = devices;
	const weak = weakPoint(devices);
	const canAdd = can_enrol.length > 0 && !frozen;
	const add = canAdd && <a class="btn primary" href="/AddMfaDevice"><Icon name="plus" /> {t('devices.add')}</a>;
	useTitle(t('devices.title'), organization, failure !== null);
	useSpoken(failure);
	return (
		<div class="col narrow stack">
			<div class="head"><Heading>{t('devices.title')}</Heading>{devices.length > 0 && needs !== 'prove' && add}</div>
			<div role="status">{notice && <Banner kind="ok">{notice}</Banner>}</div>
			{failure && <FailureBanner failure={failure} />}
			{frozen && (
				<Banner kind="danger" title={t('devices.frozen_title')}>{t('devices.frozen', { when: when(frozen_at), organization })}</Banner>
			)}
			{!frozen && opening && (
				<Window opening={opening} by={devices.find((d) => d.opened_window)?.name ?? ''} lock={lock} over={over} />
			)}
			{!frozen && !opening && devices.length > 0 && needs === 'prove' && <Locked prove={prove} />}
			{devices.length > 0
				? (
					<ul class="card items" aria-label={t('devices.list')}>
						{devices.map((d) => <DeviceRow key={d.id} device={d} frozen={frozen} change={change} />)}
					</ul>
				)
				: <None organization={organization} add={add} needs={needs} frozen={frozen} signIn={signIn} />}
			{devices.length > 0 && state.can_have_backup_codes && <CodesRow codes={state.backup_codes} />}
			{devices.length === 1 && only && !frozen && <OneDevice key={only.id} device={only} add={canAdd} />}
			{weak && (
				<Banner kind="warn" title={t('devices.weak_title', { application: weak.application })}>
					{t('devices.weak', { name: weak.device.name, application: weak.application })}</Banner>
			)}
			{!canUseKeys() && devices.some((d) => d.factor === 'webauthn') && <p class="muted small">{t('devices.no_keys')}</p>}
			<p class="muted small">{devices.length > 1 && !weak && <>{remains(devices)} </>}{t('devices.told')}</p>
		</div>
	);
}

function Locked({ prove }: { prove: () => void })
{
	return (
		<div class="banner">
			<Icon name="lock" />
			<div><strong>{t('window.locked_title')}</strong>{t('window.locked')}</div>
			<button type="button" class="btn primary" onClick={prove}>{t('window.prove')}</button>
		</div>
	);
}

function None({ organization, add, needs, frozen, signIn }: {
	organization: string;
	add: ComponentChildren;
	needs: Devices['needs'];
	frozen: boolean;
	signIn: () => void;
})
{
	return (
		<div class="empty">
			<Icon name="app" />
			<h2>{t('devices.empty_title')}</h2>
			<p>{frozen ? t('devices.empty_frozen') : add ? t('devices.empty') : t('devices.empty_cannot', { organization })}</p>
			{add && needs === 'sign_in'
				? <><p>{t('enrol.sign_in')}</p><button type="button" class="btn primary" onClick={signIn}>{t('enrol.sign_in_go')}</button></>
				: add}
		</div>
	);
}
