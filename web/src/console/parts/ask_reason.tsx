// Before somebody's protection is weakened: why, in words that stay in the audit trail.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../text';
import { Ask } from './ask';
import { Text } from './fields';

export function AskReason({ title, verb, keep, danger = true, act, onClose, children }: {
	title: string;
	verb: string;
	keep: string;
	danger?: boolean;
	act: (reason: string) => Promise<unknown>;
	onClose: () => void;
	children: ComponentChildren;
})
{
	const [reason, setReason] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	return (
		<Ask title={title} verb={verb} keep={keep} danger={danger} onClose={onClose} act={async () => {
			setWrong(reason.trim() === '' ? t('reason.empty') : null);
			if (reason.trim() === '')
				document.getElementById('reason')?.focus();
			else
				await act(reason.trim());
		}}>
			{children}
			<Text id="reason" label={t('reason.label')} hint={t('reason.hint')} wrong={wrong} lines={2} max={500} value={reason} onChange={setReason} />
		</Ask>
	);
}
