// Access settings: which models may be enrolled, by lists of AAGUIDs.
import { useEffect, useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { asRefusal } from '../api';
import type { Form } from '../form';
import { Badge, Setting, Switch } from '../parts/bits';
import { Choose, type Option } from '../parts/fields';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { List } from '../types';
import type { Settings } from './settings';

export interface Stray { id: string; user: { id: string; email: string }; name: string; model: string; aaguid: string; evidence: string; reason: string }

// Who would fall outside: undefined while it is not known, null when this server does not say.
export type Outside = { total: number; items: Stray[] } | null | undefined;

// Asked only for a list that is not in force yet.
export function useOutside(list: List | undefined, wanted: boolean): Outside
{
	const { api } = useConsole();
	const [report, set] = useState<Outside>(undefined);
	const evidence = list?.countersign?.evidence ?? 'verified';
	useEffect(() => {
		let left = false;
		set(undefined);
		if (list && wanted) {
			api.own.get<{ total: number; outside: Stray[] }>('/models/outside', { list: list.id, evidence })
				.then(({ total, outside }) => left || set({ total, items: outside }), (e) => {
					asRefusal(e);
					if (!left)
						set(null);
				});
		}
		return () => { left = true; };
	}, [list?.id, wanted, evidence]);
	return report;
}

export function OutsideList({ of }: { of: Outside })
{
	if (of === undefined)
		return null;
	if (of === null)
		return <p class="muted">{t('outside.unknown')}</p>;
	if (of.total === 0)
		return <Banner kind="ok">{t('outside.none')}</Banner>;
	return (
		<Banner kind="warn" title={counted('outside', of.total)}>
			{t('outside.why')}
			<ul class="places">{of.items.slice(0, 20).map((s) => (
				<li key={s.id}><a href={`/console/users/${s.user.id}`}>{s.user.email}</a> · {s.name}{s.model && ` (${s.model})`}
					{s.evidence !== 'verified' && <> <Badge>{t('evidence.not_verified')}</Badge></>}</li>
			))}</ul>
			{of.total > 20 && <p>{counted('outside.more', of.total - 20)}</p>}
		</Banner>
	);
}

export function ModelSettings({ form, lists, off, unproven, outside }: {
	form: Form<Settings>;
	lists: List[];
	off: boolean;
	unproven: boolean;
	outside: Outside;
})
{
	const { value, set } = form;
	const options = (none: string): Option[] => [['', none], ...lists.map((l): Option => [l.id, `${l.name} (${counted('models.count', l.count ?? 0)})`])];
	const chosen = lists.find((l) => l.id === value.required);
	const claimed = chosen?.countersign?.evidence === 'claimed';
	return (
		<Setting title={t('models.title')} why={t('models.why')}>
			{lists.length === 0
				? <p>{t('models.no_lists')} <a href="/console/lists/new?type=AAGUID">{t('models.make_list')}</a></p>
				: (
					<>
						<div class="row top">
							<Choose id="required" label={t('models.required')} off={off} value={value.required} options={options(t('models.any'))} onChange={(required) => set({ required })} />
							{chosen && <a class="beside" href={`/console/lists/${chosen.id}`}>{t('models.edit')}</a>}
						</div>
						{chosen && (
							<p class="evidence"><Badge kind={claimed ? 'warn' : 'ok'}>{t(claimed ? 'evidence.claimed' : 'evidence.verified')}</Badge> {t(claimed ? 'evidence.claimed_why' : 'evidence.verified_why')}</p>
						)}
						{unproven && <Banner kind="warn" title={t('models.unproven')} action={<a class="btn" href="#roots">{t('models.to_roots')}</a>}>{t('models.unproven_why')}</Banner>}
						{chosen && form.is('required') && <OutsideList of={outside} />}
						<Choose id="denied" label={t('models.denied')} hint={t('models.denied_hint')} off={off} value={value.denied} options={options(t('models.denied_none'))} onChange={(denied) => set({ denied })} />
						{(chosen || value.denied !== '') && (
							<Switch id="recheck" label={t('models.recheck')} hint={t('models.recheck_hint')} on={value.recheck} off={off} onChange={(recheck) => set({ recheck })} />
						)}
					</>
				)}
		</Setting>
	);
}
