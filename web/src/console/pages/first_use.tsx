// An account without an organisation: nothing can be guarded before there is one.
import { useState } from 'preact/hooks';
import { useSlow } from '../../parts/button';
import { asRefusal, type Refusal } from '../api';
import { Head } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Text } from '../parts/fields';
import { Empty } from '../parts/table';
import { toast } from '../parts/toast';
import { useConsole } from '../session';
import { t } from '../text';

// Its sign-in host is the operator's to choose: it is said, and not asked for.
export function FirstUse({ done }: { done: () => void })
{
	const { api, account, may, lost } = useConsole();
	const [name, setName] = useState(account.name);
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);
	const host = new URL(account.auth_origin).host;
	const send = async (e: Event) => {
		e.preventDefault();
		const fault = name.trim() === '' ? t('first.name_empty') : null;
		setWrong(fault);
		if (fault || busy) {
			document.getElementById('org-name')?.focus();
			return;
		}
		setBusy(true);
		setFailure(null);
		try {
			await api.post('/access/organizations', { name: name.trim(), auth_domain: host });
			toast(t('first.done'));
			done();
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
			setBusy(false);
		}
	};
	if (!may('orgs_write')) {
		return (
			<>
				<Head title={t('settings.title')} />
				<Empty icon="org" title={t('first.title')}>{t('error.no_organization')}</Empty>
			</>
		);
	}
	return (
		<>
			<Head title={t('first.title')} sub={t('first.sub')} />
			{failure && <FailureBlock failure={failure} />}
			<form class="stack form" noValidate onSubmit={send}>
				<Text id="org-name" label={t('first.name')} hint={t('first.name_hint')} wrong={wrong} value={name} onChange={setName} />
				<p>{t('first.host')} <span class="mono">{host}</span></p>
				<p><button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('working') : t('first.go')}</button></p>
			</form>
		</>
	);
}
