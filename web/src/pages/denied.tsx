// Not allowed: who is signed in, why not, and the way to switch.
import { useTitle } from '../page';
import { Heading } from '../parts/error';
import { Slip, stubOf } from '../parts/slip';
import { t } from '../text';
import type { Flow } from './sign_in';

export function DeniedPage({ flow }: { flow: Flow })
{
	const { state } = flow;
	const values = {
		organization: state.organization.name,
		application: state.application?.name ?? t('stub.portal'),
		email: state.user?.email ?? '',
	};
	const more = state.denied?.url ?? '';
	useTitle(t('denied.title'), state.organization.name, true);
	return (
		<Slip {...stubOf(state)}>
			<Heading>{t('denied.title')}</Heading>
			<p>{t(`denied.${state.denied?.reason ?? 'policy'}`, values)}</p>
			{state.denied?.message && <p>{state.denied.message}</p>}
			<p class="muted">{t('denied.next', values)}</p>
			<button type="button" class="btn primary wide" onClick={flow.switchUser}>{t('denied.switch')}</button>
			{/^https?:\/\//.test(more) && <a class="btn quiet wide" href={more} rel="noreferrer">{t('denied.more')}</a>}
		</Slip>
	);
}
