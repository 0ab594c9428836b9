// One policy: what it does, to whom, and what second factor it wants. Shared ones stand by themselves;
// an application's own belong to it alone.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { permitted } from '../api';
import { changesOf, useForm } from '../form';
import { Badge, Head, Id, ReadOnly, Section } from '../parts/bits';
import { Duration, Radios, Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { type Mfa, mfaBody, mfaOf, mfaProblem, MfaSetting } from '../parts/mfa';
import { RuleBuilder, rulesProblem, rulesSummary } from '../parts/rules';
import { SaveBar } from '../parts/save';
import { RemoveObject, Uses } from '../parts/uses';
import { hold, navigate, type Route } from '../route';
import { kindOf, known, type Names } from '../rules';
import { namesOf } from '../names';
import { useConsole } from '../session';
import { t } from '../text';
import type { App, Decision, Organization, Policy, Rules } from '../types';
import { type Use, usesOf, worldOf } from '../uses';
import { decisionName, durationFault, durationWords, mfaWords } from '../words';
import { bodyOf } from './application';

interface Values { name: string; decision: Decision; rules: Rules; session: string; mfa: Mfa }

const DECISIONS: Decision[] = ['allow', 'deny', 'non_identity', 'bypass'];

interface Data { policy: Policy | null; app: App | null; org: Organization | null; names: Names; uses: Use[] }

const valuesOf = (p: Policy | null, org: Organization | null): Values => ({
	name: p?.name ?? '', decision: p?.decision ?? 'allow',
	rules: { include: p?.include ?? [], require: p?.require ?? [], exclude: p?.exclude ?? [] },
	session: p?.session_duration ?? '', mfa: mfaOf(p?.mfa_config, org),
});

// What lets in more people than most would think.
function Warnings({ value }: { value: Values })
{
	const include = value.rules.include.map(kindOf);
	const unjudged = [...value.rules.include, ...value.rules.require, ...value.rules.exclude].some((r) => known(kindOf(r))?.judged === false);
	const identity = value.rules.include.some((r) => known(kindOf(r))?.identity);
	const { decision } = value;
	return (
		<>
			{decision === 'allow' && include.includes('everyone') && value.rules.require.length === 0 && <Banner kind="warn" title={t('policy.everyone')}>{t('policy.everyone_why')}</Banner>}
			{decision === 'bypass' && <Banner kind="warn" title={t('policy.bypass')}>{t('policy.bypass_why')}</Banner>}
			{(decision === 'bypass' || decision === 'non_identity') && identity && <Banner kind="warn">{t('policy.no_identity')}</Banner>}
			{unjudged && <Banner kind="warn" title={t('policy.unjudged')}>{t(decision === 'deny' ? 'policy.unjudged_block' : 'policy.unjudged_allow')}</Banner>}
		</>
	);
}

function Editor({ data, again, addTo }: { data: Data; again: () => void; addTo: App | null })
{
	const { api, may } = useConsole();
	const { policy, app, org, names, uses } = data;
	const off = !may('apps_write');
	const form = useForm(valuesOf(policy, org));
	const { value, set } = form;
	const [strict, setStrict] = useState(false);
	const [removing, setRemoving] = useState(false);
	const noMfa = (org?.mfa_config?.allowed_authenticators ?? []).length === 0;
	const home: [string, string] = app ? [app.name, `/console/applications/${app.id}/policies`] : addTo ? [addTo.name, `/console/applications/${addTo.id}/policies`] : [t('policies.title'), '/console/policies'];
	const at = app ? `/access/apps/${app.id}/policies` : '/access/policies';

	const body = () => {
		const { id: _i, created_at: _c, updated_at: _u, app_count: _n, reusable: _r, ...rest } = policy ?? {} as Partial<Policy>;
		return { ...rest, name: value.name.trim(), decision: value.decision, ...value.rules, session_duration: value.session || null,
			mfa_config: value.decision === 'allow' ? mfaBody(value.mfa, policy?.mfa_config) : null };
	};
	const problem = () => {
		setStrict(true);
		if (value.name.trim() === '') {
			document.getElementById('name')?.focus();
			return t('policy.name_empty');
		}
		return rulesProblem(value.rules) ?? mfaProblem(value.mfa) ?? (value.session ? durationFault(value.session) : null);
	};
	const save = async () => {
		if (policy) {
			await api.put(`${at}/${policy.id}`, body());
			form.reset();
			again();
			return;
		}
		const made = await api.post<Policy>(at, body());
		if (addTo)
			await api.put(`/access/apps/${addTo.id}`, { ...bodyOf(addTo, {}), policies: [...addTo.policies, { id: made.id, precedence: addTo.policies.length + 1 }] });
		hold(null);
		navigate(addTo || app ? home[1] : `/console/policies/${made.id}`);
	};
	const mfaSaid = (m: Mfa) => (m.mode === 'inherit' ? t('mfa.from_application') : mfaWords(mfaBody(m, null), org?.mfa_config));
	return (
		<>
			<Head title={policy?.name ?? t('policies.new')} crumb={home} sub={policy && <><span>{app ? t('policy.own_of', { name: app.name }) : t('policy.shared')} · </span><Id text={policy.id} label={t('copy.id')} /></>}>
				{policy && !off && <button type="button" class="btn danger" onClick={() => setRemoving(true)}>{t('policy.remove')}</button>}
			</Head>
			<ReadOnly off={off} />
			<div class="split">
				<div>
					<div class="stack form">
						<Text id="name" label={t('policy.name')} off={off} wrong={strict && value.name.trim() === '' ? t('policy.name_empty') : null} value={value.name} onChange={(name) => set({ name })} />
						<fieldset class="group"><legend>{t('policies.action')}</legend>
							<Radios legend={t('policies.action')} name="decision" off={off} value={value.decision} onChange={(decision) => set({ decision })}
								options={DECISIONS.map((d) => ({ value: d, label: decisionName(d), hint: t(`decision.${d}.why`) }))} />
						</fieldset>
					</div>
					<Section title={t('policy.who')}>
						<div class="stack">
							<Warnings value={value} />
							<RuleBuilder value={value.rules} names={names} off={off} strict={strict} noIdentity={value.decision === 'bypass' || value.decision === 'non_identity'} onChange={(rules) => set({ rules })} />
						</div>
					</Section>
					{value.decision === 'allow' && (
						<Section title={t('policy.mfa')}>
							{noMfa && <Banner kind="note">{t('app.mfa_first')} <a href="/console/access-settings">{t('settings.title')}</a></Banner>}
							<MfaSetting name="policy-mfa" legend={t('policy.mfa')} value={value.mfa} org={org} off={off || noMfa} above={t('policy.mfa_inherit')} onChange={(mfa) => set({ mfa })} />
						</Section>
					)}
					<Section title={t('app.session')} why={t('policy.session_why')}>
						<Duration id="session" bare label={t('app.session')} off={off} none={t('policy.session_none')} presets={['30m', '1h', '8h', '24h', '168h']} value={value.session} onChange={(session) => set({ session })} />
					</Section>
				</div>
				<aside class="stack">
					{policy && !app && <section class="panel"><h2>{t('use.title')}</h2><Uses of={uses} /></section>}
					<section class="panel sunk"><h2>{t('policy.reads')}</h2><p>{value.rules.include.length > 0
						? <><Badge>{decisionName(value.decision)}</Badge> {rulesSummary(value.rules, names)}</>
						: t('policy.reads_nothing')}</p></section>
				</aside>
			</div>
			<SaveBar create={!policy && t('policies.create')} discard={form.reset} done={t('policy.saved', { name: value.name })} check={problem} save={save}
				changes={changesOf(form, {
					name: [t('policy.name'), (v) => v || '–'], decision: [t('policies.action'), decisionName],
					rules: [t('policy.who'), (v) => rulesSummary(v, names) || '–'], session: [t('app.session'), (v) => (v ? durationWords(v) : t('policy.session_none'))],
					mfa: [t('policy.mfa'), mfaSaid],
				})}
				impact={uses.length > 0 && <div><p>{t('policy.reaches')}</p><Uses of={uses} /></div>} />
			{removing && policy && (
				<RemoveObject kind={t('kind.policy')} name={policy.name} uses={app ? [] : uses} gone={t(app ? 'policy.gone_own' : 'policy.gone')} to={home[1]} done={t('removed', { name: policy.name })}
					remove={() => api.remove(`${at}/${policy.id}`)} onClose={() => setRemoving(false)} />
			)}
		</>
	);
}

// `app`: the application whose own policy it is; `id` null: a new one.
export function PolicyPage({ id, app: appId, route }: { id: string | null; app: string | null; route: Route })
{
	const { api } = useConsole();
	const into = id === null && appId === null ? route.query.get('app') : null;
	const loaded = useLoad(`policy ${appId} ${id} ${into}`, async () => {
		const [policy, app, addTo, org, names, world] = await Promise.all([
			id === null ? null : api.get<Policy>(appId ? `/access/apps/${appId}/policies/${id}` : `/access/policies/${id}`),
			appId ? api.get<App>(`/access/apps/${appId}`) : null, into ? api.get<App>(`/access/apps/${into}`) : null,
			permitted(api.get<Organization>('/access/organizations'), null), namesOf(api), worldOf(api),
		]);
		return { data: { policy, app, org, names, uses: id === null ? [] : usesOf(id, world) }, addTo };
	});
	return <Load of={loaded} title={t('policies.single')}>{({ data, addTo }) => <Editor data={data} addTo={addTo} again={loaded.again} />}</Load>;
}
