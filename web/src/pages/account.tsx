// The pages of somebody who is signed in: App Launcher, MFA devices, adding one.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Application, type Devices, type Failure, type Me, asFailure, get, post } from '../api';
import { kindName } from '../kind';
import { useTitle } from '../page';
import { Banner, Heading } from '../parts/error';
import { Frame, TopFrame } from '../parts/frame';
import { Icon } from '../parts/icon';
import { monogram } from '../parts/slip';
import { navigate } from '../route';
import { t } from '../text';
import { when } from '../time';
import { BackupCodesView, MakeCodes } from './backup_codes';
import { DevicesView, weakPoint } from './devices';
import { Enrol } from './enrol';
import { TroublePage } from './plain';
import { SignIn, Waiting } from './sign_in';

// What a page may ask of what stands around it: its data anew, or a new sign-in.
interface Around { reload: () => void; signIn: () => void }

// Loads what a page shows. Somebody who is signed out signs in here and comes back to `path`.
function Signed<T>({ path, load, children }: {
	path: string | null;
	load: () => Promise<T>;
	children: (me: Me, data: T, around: Around) => ComponentChildren;
})
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
		return <SignIn meta={path} onDone={() => again(true)} />;
	if (failure)
		return <TroublePage failure={failure} state={null} retry={() => again(false)} />;
	const around = {
		reload: () => again(false),
		signIn: () => {
			post('/sign-in/switch', {}).then(() => {
				show(null);
				again(false);
			}, (e) => setFailure(asFailure(e)));
		},
	};
	return shown ? <>{children(shown.me, shown.data, around)}</> : <Waiting />;
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
	const weak = weakPoint(devices.devices);
	return (
		<div class="col stack">
			<div class="head"><div><Heading>{t('launcher.title')}</Heading><Proof me={me} /></div></div>
			{none && (
				<Banner kind="warn" title={t('launcher.none_title')} action={<a class="btn" href="/AddMfaDevice">{t('launcher.add')}</a>}>
					{t('launcher.none')}
				</Banner>
			)}
			{weak && (
				<Banner kind="warn" title={t('devices.weak_title', { application: weak.application })}
					action={<a class="btn" href="/AddMfaDevice">{t('launcher.add')}</a>}>
					{t('devices.weak', { name: weak.device.name, application: weak.application })}
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
		<Signed path={null} load={load}>{(me, [{ applications }, devices]) => (
			<TopFrame me={me} here="/"><Launcher me={me} applications={applications} devices={devices} /></TopFrame>
		)}</Signed>
	);
}

export function DevicesPage({ notice }: { notice: string })
{
	return (
		<Signed path="/account/devices" load={() => get<Devices>('/me/devices')}>{(me, devices, around) => (
			<DevicesView me={me} loaded={devices} notice={notice} {...around} />
		)}</Signed>
	);
}

export function BackupCodesPage()
{
	return (
		<Signed path="/account/backup-codes" load={() => get<Devices>('/me/devices')}>{(me, devices, { reload }) => (
			<BackupCodesView me={me} devices={devices} reload={reload} />
		)}</Signed>
	);
}

function Add({ me, devices, signIn: again }: { me: Me; devices: Devices; signIn: () => void })
{
	const [failure, setFailure] = useState<Failure | null>(null);
	const [added, setAdded] = useState<string | null>(null);
	const leave = () => navigate('/account/devices');
	const done = (name: string) => navigate('/account/devices', t('enrol.done', { name }));
	if (failure)
		return <TroublePage failure={failure} state={null} retry={() => setFailure(null)} />;
	if (added !== null) {
		return (
			<Frame organization={me.organization}>
				<MakeCodes who={me.user.email} organization={me.organization.name} steps={[t('codes.step_set_up'), t('codes.step_name')]}
					onDone={() => done(added)} onCancel={() => done(added)} />
			</Frame>
		);
	}
	return (
		<Frame organization={me.organization}>
			<Enrol meta={null} kinds={devices.frozen_at === null ? devices.can_enrol : []} barred={devices.cannot_enrol} needs={devices.needs}
				names={devices.devices.filter((d) => d.factor === 'webauthn').map((d) => d.name)} isFirst={devices.devices.length === 0}
				who={me.user.email} organization={me.organization.name} next={t('enrol.next_devices')} onSignIn={again}
				onCancel={leave} onFail={setFailure}
				onDone={({ backup_codes }, name) => (backup_codes === 'needed' ? setAdded(name) : done(name))} />
		</Frame>
	);
}

export function AddDevicePage()
{
	return (
		<Signed path="/AddMfaDevice" load={() => get<Devices>('/me/devices')}>{(me, devices, { signIn: again }) => (
			<Add me={me} devices={devices} signIn={again} />
		)}</Signed>
	);
}
