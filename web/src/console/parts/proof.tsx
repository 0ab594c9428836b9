// It is you: the password, and where something weakens the account also the second factor.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Challenge, type Devices, Failure, post } from '../../api';
import { Ask, type Asking } from '../../pages/challenge';
import type { OwnPassword as BesideCode } from '../../pages/enrol';
import { useFocus, useTitle } from '../../page';
import { Submit } from '../../parts/button';
import { Heading } from '../../parts/error';
import { Slip, Who } from '../../parts/slip';
import { asRefusal, own, type Refusal } from '../api';
import { useConsole } from '../session';
import { t as shared } from '../../text';
import { t } from '../text';
import { FailureBlock, words } from './failure';
import { OwnPassword, useOwnPassword } from './own_password';

const STUB = { label: '', icon: 'shield' as const };

// One's own password. Opens this session's ten minutes in which changes are taken. `children`: what is
// about to happen, in words.
export function PasswordStep({ title, what, lead, keep, onDone, onCancel, children }: {
	title: string;
	what: string;
	lead?: string;
	keep?: string;
	onDone: () => void;
	onCancel?: (() => void) | undefined;
	children?: ComponentChildren;
})
{
	const { me, account, lost } = useConsole();
	const typing = useOwnPassword(useFocus<HTMLInputElement>(), onDone, lost);
	useTitle(title, account.name, typing.wrong !== null || typing.failure !== null);

	return (
		<Slip {...STUB} label={t('profile.stub')} what={what} who={<Who email={me.member.email} />} failure={typing.failure}>
			<Heading>{title}</Heading>
			{children}
			{typing.failure && <FailureBlock failure={typing.failure} />}
			<form class="stack" noValidate onSubmit={typing.send}>
				<OwnPassword id="own-password" email={me.member.email} lead={lead} of={typing} />
				<div class="row acts">
					<Submit busy={typing.busy} busyLabel={t('working')} wide={false}>{t('profile.next')}</Submit>
					{onCancel && <button type="button" class="btn" onClick={onCancel}>{keep ?? t('cancel')}</button>}
				</div>
			</form>
		</Slip>
	);
}

// The same beside the first code of an application, as members' document has it.
export function ownPassword(): BesideCode
{
	return {
		label: t('profile.password.yours'),
		empty: t('profile.password.empty'),
		late: t('profile.password.late'),
		show: t('profile.password.show'),
		hide: t('profile.password.hide'),
		give: async (password) => {
			try {
				await own.post('/member/prove', { password });
				return null;
			} catch (e) {
				const refusal = asRefusal(e);
				if (refusal.code === 'wrong_password')
					return t('profile.password.wrong');
				if (['too_many', 'network', 'unavailable'].includes(refusal.code))
					return words(refusal, refusal.until === null ? 0 : Math.max(1, Math.ceil((refusal.until - Date.now()) / 1000)));
				throw refusal;
			}
		},
	};
}

// The password, then (`factor`) a code, a key or a backup code. `onDone` is given the devices as they
// are then, or null when no second factor was asked for.
export function Proof({ factor, by, what, onDone, onCancel, onFail, ...step }: {
	title: string;
	what: string;
	lead?: string;
	keep?: string;
	factor: boolean;
	by?: string | undefined; // the kind to begin with
	onDone: (devices: Devices | null) => void;
	onCancel: () => void;
	onFail: (failure: Refusal) => void;
	children?: ComponentChildren;
})
{
	const { me, lost } = useConsole();
	const [proved, setProved] = useState(false);
	const over = useRef(false);
	if (!proved) {
		return <PasswordStep {...step} what={what} onCancel={onCancel} onDone={() => {
			if (factor)
				setProved(true);
			else
				onDone(null);
		}} />;
	}
	const asking: Asking = {
		// As the entry in the application is called.
		organization: shared('brand'),
		stub: { ...STUB, label: t('profile.stub'), what, who: <Who email={me.member.email} /> },
		above: null,
		below: () => t('profile.proof_counts'),
		begin: () => post<Challenge>('/challenges', { purpose: 'manage' }),
		answer: async (challenge, answer) => {
			const devices = await post<Devices>(`/challenges/${challenge.id}/answer`, answer);
			if (!over.current)
				onDone(devices);
			over.current = true;
		},
		fail: (failure: Failure) => {
			const refusal = asRefusal(failure);
			// The ten minutes after the password have ended meanwhile, or the session has.
			if (refusal.code === 'prove_first' || lost(refusal))
				setProved(false);
			else
				onFail(refusal);
		},
		cancel: onCancel,
		keysFirst: true,
		by,
		foot: () => null,
	};
	return <Ask asking={asking} />;
}

