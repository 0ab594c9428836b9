// Access settings: which reports about a model, in the FIDO metadata, keep it from being enrolled.
import { permitted } from '../api';
import type { Form } from '../form';
import { Setting } from '../parts/bits';
import { useLoad } from '../parts/load';
import { useConsole } from '../session';
import { counted, has, t, type Key } from '../text';
import type { Settings } from './settings';
import type { Metadata } from './trust';

// What is refused unless set otherwise (docs/protocol/configuration-api.md), the gravest first.
export const REPORTS = ['REVOKED', 'ATTESTATION_KEY_COMPROMISE', 'USER_KEY_REMOTE_COMPROMISE', 'USER_KEY_PHYSICAL_COMPROMISE', 'USER_VERIFICATION_BYPASS'];

// The API's order is another, and an order is no change.
export const inOrder = (statuses: string[]): string[] => [...REPORTS.filter((s) => statuses.includes(s)), ...statuses.filter((s) => !REPORTS.includes(s))];

const reportName = (status: string): string => (has(`reported.${status}`) ? t(`reported.${status}` as Key) : status);

export const reportsWords = (statuses: string[]): string => (statuses.length === 0 ? t('reports.nothing') : statuses.map(reportName).join(', '));

interface Known { aaguid: string; statuses: string[] }

export function ReportSettings({ form, off, metadata }: { form: Form<Settings>; off: boolean; metadata: Metadata | null })
{
	const { api } = useConsole();
	const { refused } = form.value;
	// Nobody waits for it: the page is whole without.
	const known = useLoad('known', () => permitted(api.own.get<{ known_authenticators: Known[] }>('/known_authenticators').then((x) => x.known_authenticators), null)).data;
	// Others can be set through the API alone; here they stay, or are taken off.
	const rows = [...REPORTS, ...form.was.refused.filter((s) => !REPORTS.includes(s))];
	const choose = (status: string, on: boolean) => form.set({ refused: rows.filter((s) => (s === status ? on : refused.includes(s))) });
	return (
		<Setting title={t('reports.title')} why={t('reports.why')}>
			<ul class="pick" aria-label={t('reports.title')}>{rows.map((s) => (
				<li key={s}>
					<label class="check">
						<input id={`report-${s}`} type="checkbox" checked={refused.includes(s)} disabled={off} onChange={(e) => choose(s, e.currentTarget.checked)} />
						<span class="grow"><strong>{reportName(s)}</strong>{has(`reported.${s}.about`) && <span class="d">{t(`reported.${s}.about` as Key)}</span>}<span class="d mono">{s}</span></span>
						{known && <span class="end">{counted('models.count', known.filter((k) => k.statuses.includes(s)).length)}</span>}
					</label>
				</li>
			))}</ul>
			{!metadata && <p class="muted">{t('reports.no_metadata')} <a href="#roots">{t('models.to_roots')}</a></p>}
			{metadata && <p class="muted">{t('reports.enrolled')}</p>}
		</Setting>
	);
}
