// What a member does about their second factor, step by step: password, proof, set-up, backup codes.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Confirmed, Device } from '../../api';
import { RenameDialog } from '../../pages/devices_change';
import { Enrol } from '../../pages/enrol';
import { Dialog } from '../../parts/dialog';
import { BackupCodes, type BackupCodeSet } from '../../parts/backup_codes';
import { asRefusal, own, type Refusal } from '../api';
import { ownPassword, PasswordStep, Proof } from '../parts/proof';
import { hold } from '../route';
import { useConsole } from '../session';
import { t } from '../text';
import { type OwnDevices, Removal, removeDevice } from './profile_authentication';
import { ChangePassword } from './profile_password';

export type Doing =
	| { what: 'add-key' } | { what: 'add-app' } | { what: 'remove' | 'rename'; device: Device }
	| { what: 'reconfigure'; device: Device; by?: string | undefined }
	| { what: 'codes'; first: boolean } | { what: 'password' };

interface Props {
	devices: OwnDevices;
	onDone: (sentence: string) => void;
	onStop: (why: Refusal | null) => void;
}

interface Enrolled extends Confirmed { backup_codes: 'needed' | 'kept' }

export function Flow({ doing, ...props }: Props & { doing: Doing })
{
	switch (doing.what) {
	case 'add-key':
		return <Add {...props} kinds={props.devices.can_enrol.filter((kind) => kind !== 'totp')} title={t('profile.keys.add')} device={null} />;
	case 'add-app':
		return <Add {...props} kinds={['totp']} title={t('profile.app.add')} device={null} />;
	case 'reconfigure':
		return <Add {...props} kinds={['totp']} title={t('profile.app.reconfigure_title')} device={doing.device} by={doing.by} />;
	case 'remove':
		return <Remove {...props} device={doing.device} />;
	case 'rename':
		return <Rename {...props} device={doing.device} />;
	case 'password':
		return <ChangePassword factor={props.devices.devices.length > 0} onDone={props.onDone} onStop={props.onStop} />;
	case 'codes':
		return <MakeCodes {...props} title={t(doing.first ? 'profile.codes.first' : 'profile.codes.again_title')} done={t(doing.first ? 'profile.codes.first_done' : 'profile.codes.again_done')} />;
	}
}

// `device`: the one that the new one replaces; it counts until then.
function Add({ devices, kinds, title, device, by, onDone, onStop }: Props & { kinds: string[]; title: string; device: Device | null; by?: string | undefined })
{
	const { me, account, lost } = useConsole();
	// An application is scanned first; its first code comes with the password.
	const isScanned = device === null && kinds.length === 1 && kinds[0] === 'totp';
	const [proved, setProved] = useState(isScanned);
	const [enrolled, setEnrolled] = useState<string | null>(null);
	const sentence = (name: string) => t(device ? 'profile.app.replaced' : devices.devices.length === 0 ? 'profile.2fa.now_on' : 'profile.added', { name });
	const fail = (refusal: Refusal) => {
		if (refusal.code === 'prove_first')
			setProved(false);
		else
			onStop(lost(refusal) ? null : refusal);
	};

	if (enrolled !== null)
		return <MakeCodes devices={devices} title={t('profile.codes.first')} done={enrolled} isBound onDone={onDone} onStop={onStop} />;
	if (!proved) {
		return (
			<Proof title={title} what={t('profile.2fa')} factor={device !== null} by={by} onCancel={() => onStop(null)} onFail={onStop} onDone={() => setProved(true)}>
				{device && <p class="muted">{t('profile.app.reconfigure_why')}</p>}
			</Proof>
		);
	}
	return (
		<Enrol<Enrolled> meta={null} kinds={kinds} {...(device ? { more: { replaces: device.id } } : {})} {...(isScanned ? { password: ownPassword() } : {})} who={me.member.email} organization={account.name}
			title={title} folded lead={t(device ? 'profile.app.reconfigure_why' : kinds.includes('totp') ? 'profile.app.lead' : 'profile.keys.lead')} next={t('profile.next_back')}
			names={devices.devices.filter((d) => d.factor === 'webauthn').map((d) => d.name)}
			onCancel={() => onStop(null)} onSignIn={() => onStop(null)} onFail={(failure) => fail(asRefusal(failure))}
			onDone={({ backup_codes }, name) => {
				if (backup_codes === 'needed')
					setEnrolled(sentence(name));
				else
					onDone(sentence(name));
			}} />
	);
}

// Codes that are shown this once: whoever turns to another page is asked first.
function Kept({ children }: { children: ComponentChildren })
{
	const [leaving, setLeaving] = useState<(() => void) | null>(null);
	useEffect(() => {
		const ask = (e: BeforeUnloadEvent) => e.preventDefault();
		hold((go) => setLeaving(() => go));
		addEventListener('beforeunload', ask);
		return () => {
			hold(null);
			removeEventListener('beforeunload', ask);
		};
	}, []);
	return (
		<>
			{children}
			{leaving && (
				<Dialog title={t('profile.codes.leave_title')} onClose={() => setLeaving(null)}>
					<p>{t('profile.codes.leave')}</p>
					<div class="row acts">
						<button type="button" class="btn danger solid" onClick={leaving}>{t('profile.codes.leave_go')}</button>
						<button type="button" class="btn" data-safe onClick={() => setLeaving(null)}>{t('leave.stay')}</button>
					</div>
				</Dialog>
			)}
		</>
	);
}

// A new set of backup codes: the password, the codes, and on when they have been kept. `isBound`: at the
// end of enrolling the first one, where nothing leads past them.
function MakeCodes({ title, done, isBound = false, onDone, onStop }: Props & { title: string; done: string; isBound?: boolean })
{
	const { me, lost } = useConsole();
	const [proved, setProved] = useState(false);
	const [set, setSet] = useState<BackupCodeSet | null>(null);
	const make = async () => {
		try {
			setSet((await own.post<{ backup_codes: BackupCodeSet }>('/me/backup-codes')).backup_codes);
		} catch (e) {
			const refusal = asRefusal(e);
			if (refusal.code === 'prove_first' || lost(refusal))
				setProved(false);
			else
				onStop(refusal);
		}
	};
	useEffect(() => {
		if (proved && !set)
			void make();
	}, [proved]);
	if (set)
		return <Kept><BackupCodes set={set} onDone={() => onDone(done)} onRegenerate={make} /></Kept>;
	if (proved)
		return <p class="waiting muted" role="status">{t('working')}</p>;
	return (
		<PasswordStep title={title} what={t('profile.codes')} lead={t(isBound ? 'profile.codes.lead_first' : 'profile.codes.lead')}
			onCancel={isBound ? undefined : () => onStop(null)} onDone={() => setProved(true)}>
			<p class="muted">{t(isBound ? 'profile.codes.first_why' : me.member.two_factor.is_enabled ? 'profile.codes.again_why' : 'profile.codes.why')}</p>
		</PasswordStep>
	);
}

function Remove({ devices, device, onDone, onStop }: Props & { device: Device })
{
	const { me, lost } = useConsole();
	const remove = async () => {
		try {
			onDone(await removeDevice(device, devices, me.member.two_factor.is_enforced));
		} catch (e) {
			const refusal = asRefusal(e);
			onStop(lost(refusal) ? null : refusal);
		}
	};
	return (
		<Proof title={t('profile.remove.title', { name: device.name })} what={t('profile.2fa')} keep={t('profile.remove.keep')} factor
			onCancel={() => onStop(null)} onFail={onStop} onDone={() => void remove()}>
			<Removal device={device} state={devices} />
		</Proof>
	);
}

function Rename({ device, onDone, onStop }: Props & { device: Device })
{
	const [proved, setProved] = useState(false);
	if (!proved)
		return <Proof title={t('profile.key.rename_title', { name: device.name })} what={t('profile.2fa')} factor={false} onCancel={() => onStop(null)} onFail={onStop} onDone={() => setProved(true)} />;
	return (
		<RenameDialog device={device} onClose={() => onStop(null)} onProve={() => setProved(false)} onFail={(failure) => onStop(asRefusal(failure))}
			onDone={(_, name) => onDone(t('profile.key.renamed', { old: device.name, name }))} />
	);
}
