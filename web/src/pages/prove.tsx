// Before one's own MFA devices are changed: one of them is asked for, now.
import { type Challenge, type Devices, type Failure, post } from '../api';
import { Who } from '../parts/slip';
import { t } from '../text';
import { Ask, type Asking } from './challenge';

export function Prove({ who, organization, onDone, onFail, onCancel }: {
	who: string;
	organization: string;
	onDone: (devices: Devices) => void;
	onFail: (failure: Failure) => void;
	onCancel?: () => void;
})
{
	const asking: Asking = {
		organization,
		stub: { label: t('stub.change'), what: t('devices.title'), icon: 'shield', who: <Who email={who} /> },
		above: null,
		below: () => t('prove.counts'),
		begin: () => post<Challenge>('/challenges', { purpose: 'manage' }),
		answer: async (challenge, answer) => onDone(await post<Devices>(`/challenges/${challenge.id}/answer`, answer)),
		fail: onFail,
		...(onCancel ? { cancel: onCancel } : {}),
	};
	return <Ask asking={asking} />;
}
