// The pages of somebody who is signed in: App Launcher, MFA devices, adding one.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Application, type Device, type Failure, type Me, asFailure, get } from '../api';
import { kindIcon, kindName } from '../kind';
import { useTitle } from '../page';
import { Banner, Heading } from '../parts/error';
import { Frame, TopFrame } from '../parts/frame';
import { Icon } from '../parts/icon';
import { monogram } from '../parts/slip';
import { navigate } from '../route';
import { t } from '../text';
import { day, when } from '../time';
import { Enrol } from './enrol';
import { TroublePage } from './plain';
import { SignIn, Waiting } from './sign_in';

interface Devices { devices: Device[]; can_enrol: string[] }

// Loads what a page shows. Somebody who is signed out signs in here and comes back to this page.
function Signed<T>({ load, children }: { load: () => Promise<T>; children: (me: Me, data: T) => ComponentChildren })
{
	const [shown, show] = useState<{ me: Me; data: T } | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [round, setRound] = useState(0);
	const [signedIn, setSignedIn] = useState(false);

	useEffect(() => {
		let left = false;
		Promise.all([get<Me>('/me'), load()]).then(
			([me, data]) => left || show({ me, data }),
			(e) => left || setFailure(asFailure(e)),
		);
		return () => { left = true; };
	}, [round]);

	const again = (afterSignIn: boolean) => {
		setFailure(null);
		setSignedIn(afterSignIn);
		setRound(round + 1);
	};
	// Signed in a moment ago and signed out again: signing in once more by itself would never end.
	if (failure?.code === 'signed_out' && !signedIn)
		return <SignIn meta={null} onDone={() => again(true)} />;
	if (failure)
		return <TroublePage failure={failure} state={null} retry={() => again(false)} />;
	return shown ? <>{children(shown.me, shown.data)}</> : <Waiting />;
}

function Proof({ me }: { me: Me })
{
	if (!me.proof)
		return <p class="sub">{t('launcher.no_proof')}</p>;
	const { method, at, until } = me.proof;
	return <p class="sub">{t('launcher.proof', { method: kindName(method), when: when(at), until: when(until) })}</p>;
}

// A long host name breaks before a dot, not inside a word.
function Host({ name }: { name: string })
{
	return <>{name.split('.').map((label, i) => (i === 0 ? label : <><wbr />.{label}</>))}</>;
}

const ASKS = { nothing: 'check', second_factor: 'shield', enrol: 'plus' } as const;

function Tile({ application }: { application: Application })
{
	const [failed, setFailed] = useState(false);
	const { name, host, url, logo_url, asks } = application;
	// Pictures from elsewhere are kept out by the CSP: a letter pair stands in for them.
	const own = logo_url && new URL(logo_url, location.href).origin === location.origin && !failed;
	return (
		<a class="tile" href={url}>
			<span class="tile-mark" aria-hidden="true">
				{own ? <img src={logo_url} alt="" onError={() => setFailed(true)} /> : monogram(name)}
			</span>
			<span><span class="t">{name}</span><span class="d"><Host name={host} /></span></span>
			<span class="say"><Icon name={ASKS[asks]} /> {t(`launcher.${asks}`)}</span>
		</a>
	);
}

function Launcher({ me, applications, devices }: { me: Me; applications: Application[]; devices: Devices })
{
	const organization = me.organization.name;
	useTitle(t('launcher.title'), organization, false);
	const none = devices.devices.length === 0 && devices.can_enrol.length > 0;
	return (
		<div class="col stack">
			<div class="head"><div><Heading>{t('launcher.title')}</Heading><Proof me={me} /></div></div>
			{none && (
				<Banner kind="warn" title={t('launcher.none_title')} action={<a class="btn" href="/AddMfaDevice">{t('launcher.add')}</a>}>
					{t('launcher.none')}
				</Banner>
			)}
			{applications.length > 0
				? <ul class="tiles">{applications.map((a) => <li key={a.id}><Tile application={a} /></li>)}</ul>
				: (
					<div class="empty">
						<Icon name="grid" />
						<h2>{t('launcher.empty_title')}</h2>
						<p>{t('launcher.empty', { organization, email: me.user.email })}</p>
					</div>
				)}
		</div>
	);
}

export function LauncherPage()
{
	const load = () => Promise.all([
		get<{ applications: Application[] }>('/me/applications'), get<Devices>('/me/devices'),
	]);
	return (
		<Signed load={load}>{(me, [{ applications }, devices]) => (
			<TopFrame me={me} here="/"><Launcher me={me} applications={applications} devices={devices} /></TopFrame>
		)}</Signed>
	);
}

function DeviceRow({ device }: { device: Device })
{
	const kind = kindName(device.kind, device.factor);
	const added = day(device.created_at);
	return (
		<li>
			<span class="ico"><Icon name={kindIcon(device.factor)} /></span>
			<div class="grow">
				<p class="t">{device.name}</p>
				<p class="d">{device.last_used_at
					? t('devices.kind', { kind, added, used: when(device.last_used_at) })
					: t('devices.kind_unused', { kind, added })}</p>
			</div>
		</li>
	);
}

function DeviceList({ me, devices: { devices, can_enrol }, notice }: { me: Me; devices: Devices; notice: string })
{
	useTitle(t('devices.title'), me.organization.name, false);
	const [only] = devices;
	const add = can_enrol.length > 0 && <a class="btn primary" href="/AddMfaDevice"><Icon name="plus" /> {t('devices.add')}</a>;
	return (
		<div class="col narrow stack">
			<div class="head"><Heading>{t('devices.title')}</Heading>{devices.length > 0 && add}</div>
			<div role="status">{notice && <Banner kind="ok">{notice}</Banner>}</div>
			{devices.length > 0
				? <ul class="card items" aria-label={t('devices.list')}>{devices.map((d) => <DeviceRow key={d.id} device={d} />)}</ul>
				: (
					<div class="empty">
						<Icon name="app" />
						<h2>{t('devices.empty_title')}</h2>
						<p>{add ? t('devices.empty') : t('devices.empty_cannot', { organization: me.organization.name })}</p>
						{add}
					</div>
				)}
			{devices.length === 1 && only && <p class="muted small">{t('devices.remains', { name: only.name })}</p>}
		</div>
	);
}

export function DevicesPage({ notice }: { notice: string })
{
	return (
		<Signed load={() => get<Devices>('/me/devices')}>{(me, devices) => (
			<TopFrame me={me} here="/account/devices"><DeviceList me={me} devices={devices} notice={notice} /></TopFrame>
		)}</Signed>
	);
}

function Add({ me, devices }: { me: Me; devices: Devices })
{
	const [failure, setFailure] = useState<Failure | null>(null);
	if (failure)
		return <TroublePage failure={failure} state={null} retry={() => setFailure(null)} />;
	return (
		<Frame organization={me.organization}>
			<Enrol meta={null} kinds={devices.can_enrol} who={me.user.email} organization={me.organization.name}
				onCancel={() => navigate('/account/devices')} onFail={setFailure}
				onDone={(_, name) => navigate('/account/devices', t('enrol.done', { name }))} />
		</Frame>
	);
}

export function AddDevicePage()
{
	return <Signed load={() => get<Devices>('/me/devices')}>{(me, devices) => <Add me={me} devices={devices} />}</Signed>;
}
