// Not allowed: who is signed in, why not, and the way to switch or to add what is missing.
import { useState } from 'preact/hooks';
import { kindName } from '../kind';
import { useTitle } from '../page';
import { Heading } from '../parts/error';
import { Slip, stubOf } from '../parts/slip';
import { locale, t } from '../text';
import { EnrolPage } from './enrol';
import type { Flow } from './sign_in';

export function DeniedPage({ flow }: { flow: Flow })
{
	const { state } = flow;
	const [adding, setAdding] = useState(false);
	const reason = state.denied?.reason ?? 'policy';
	// What there is does not do here, and these would.
	const wanted = reason === 'method' ? state.denied?.methods ?? [] : [];
	const values = {
		kinds: new Intl.ListFormat(locale, { type: 'disjunction' }).format(wanted.map((kind) => kindName(kind))),
		organization: state.organization.name,
		application: state.application?.name ?? t('stub.portal'),
		email: state.user?.email ?? '',
	};
	const more = state.denied?.url ?? '';
	const title = t(wanted.length > 0 ? 'denied.method_title' : 'denied.title');
	useTitle(title, state.organization.name, true);
	if (adding)
		return <EnrolPage flow={flow} kinds={wanted} onCancel={() => setAdding(false)} />;
	return (
		<Slip {...stubOf(state)}>
			<Heading>{title}</Heading>
			<p>{t(`denied.${reason}`, values)}</p>
			{state.denied?.message && <p>{state.denied.message}</p>}
			<p class="muted">{t(wanted.length > 0 ? 'denied.method_next' : 'denied.next', values)}</p>
			{wanted.length > 0 && <button type="button" class="btn primary wide" onClick={() => setAdding(true)}>{t('denied.add')}</button>}
			<button type="button" class={wanted.length > 0 ? 'btn wide' : 'btn primary wide'} onClick={flow.switchUser}>{t('denied.switch')}</button>
			{/^https?:\/\//.test(more) && <a class="btn quiet wide" href={more} rel="noreferrer">{t('denied.more')}</a>}
		</Slip>
	);
}
