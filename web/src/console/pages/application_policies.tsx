// An application's policies in the order in which they are judged, and its second factor.
import { useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { Menu } from '../../parts/menu';
import { say } from '../../page';
import { asRefusal, type Refusal } from '../api';
import { changesOf, useForm } from '../form';
import { Badge, Section } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Choose, type Option } from '../parts/fields';
import { useLoad } from '../parts/load';
import { type Mfa, mfaBody, mfaOf, mfaProblem, MfaSetting, RuleStrip } from '../parts/mfa';
import { rulesSummary } from '../parts/rules';
import { SaveBar } from '../parts/save';
import { Table } from '../parts/table';
import { toast } from '../parts/toast';
import { navigate } from '../route';
import type { Names } from '../rules';
import { namesOf } from '../names';
import { useConsole } from '../session';
import { t } from '../text';
import type { Policy } from '../types';
import { DECISION_BADGE, decisionName, mfaWords, ownMfa } from '../words';
import { type AppData, bodyOf } from './application';
import { mayTest, policyHref, TestAccess } from './application_check';

// Service Auth and Bypass are judged first, then Allow and Block; each in the order given.
const early = (p: Policy): boolean => p.decision === 'non_identity' || p.decision === 'bypass';
const inOrder = (policies: Policy[]): Policy[] => [...policies.filter(early), ...policies.filter((p) => !early(p))];

const NO_NAMES: Names = { lists: [], groups: [], providers: [], tokens: [], apps: [] };

function PolicyMfa({ policy, data }: { policy: Policy; data: AppData })
{
	if (policy.decision !== 'allow')
		return <span class="muted">{t(policy.decision === 'non_identity' ? 'mfa.machines' : 'mfa.not_asked')}</span>;
	return ownMfa(policy.mfa_config) === 'inherit' ? <>{t('mfa.from_application')}</> : <><Badge kind="accent">{t('mfa.own')}</Badge> {mfaWords(policy.mfa_config, data.org?.mfa_config)}</>;
}

function AddExisting({ data, add, onClose }: { data: AppData; add: (policy: Policy) => void; onClose: () => void })
{
	const free = data.policies.filter((p) => !data.app.policies.some((x) => x.id === p.id));
	const [id, setId] = useState(free[0]?.id ?? '');
	const chosen = free.find((p) => p.id === id);
	return (
		<Dialog title={t('app.add_existing')} onClose={onClose}>
			{free.length === 0 ? <p>{t('app.no_more_policies')}</p> : (
				<Choose id="existing" label={t('policies.single')} hint={t('app.add_existing_hint')} value={id} onChange={setId} options={free.map((p): Option => [p.id, `${p.name} (${decisionName(p.decision)})`])} />
			)}
			<div class="row acts">
				{chosen && <button type="button" class="btn primary" onClick={() => add(chosen)}>{t('app.add_policy')}</button>}
				<button type="button" class="btn" data-safe onClick={onClose}>{t('cancel')}</button>
			</div>
		</Dialog>
	);
}

function Policies({ data, names, again }: { data: AppData; names: Names; again: () => void })
{
	const { api, may, lost } = useConsole();
	const [busy, setBusy] = useState(false);
	const [adding, setAdding] = useState(false);
	const [checking, setChecking] = useState(false);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const { app } = data;
	const policies = inOrder(app.policies);
	const write = may('apps_write');

	// One PUT says which policies there are, and in which order.
	const put = async (next: Policy[], done: string, undo?: Policy[]) => {
		setBusy(true);
		setFailure(null);
		try {
			await api.put(`/access/apps/${app.id}`, { ...bodyOf(app, {}), policies: next.map((p, i) => ({ ...p, precedence: i + 1 })) });
			toast(done, undo && (() => void put(undo, t('undone'))));
			again();
		} catch (e) {
			const refusal = asRefusal(e);
			if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	const mayMove = (from: number, to: number) => {
		const [moved, target] = [policies[from], policies[to]];
		return moved !== undefined && target !== undefined && early(moved) === early(target);
	};
	const move = async (from: number, to: number) => {
		const next = [...policies];
		const [moved] = next.splice(from, 1);
		if (!moved || !mayMove(from, to) || busy)
			return;
		next.splice(to, 0, moved);
		const place = t('app.moved', { name: moved.name, n: to + 1 });
		await put(next, place, policies);
		say(place);
	};
	const arrow = (p: Policy, at: number, by: number) => {
		const off = !mayMove(at, at + by);
		// The row has moved with its button: the focus stays on what was pressed.
		const press = (button: HTMLElement) => void move(at, at + by).then(() => setTimeout(() => button.focus(), 60));
		return (
			<button type="button" class="btn icon" aria-disabled={off} aria-label={t(by < 0 ? 'app.up' : 'app.down', { name: p.name })}
				onClick={(e) => off || press(e.currentTarget)}><Icon name={by < 0 ? 'move_up' : 'move_down'} /></button>
		);
	};
	const href = (p: Policy) => policyHref(app, p);
	return (
		<Section title={t('policies.title')} why={t('app.policies_why')} actions={
			<>
				{mayTest(may) && <button type="button" class="btn" onClick={() => setChecking(true)}><Icon name="user" /> {t('check.open')}</button>}
				{write && <button type="button" class="btn" onClick={() => setAdding(true)}>{t('app.add_existing')}</button>}
				{write && <a class="btn" href={`/console/policies/new?app=${app.id}`}><Icon name="plus" /> {t('policies.new')}</a>}
			</>
		}>
			{failure && <FailureBlock failure={failure} />}
			{policies.length === 0 ? <Banner kind="warn" title={t('apps.nobody')}>{t('app.no_policies')}</Banner> : (
				<Table caption={t('policies.title')} rows={policies} id={(p) => p.id} busy={busy} {...(write ? { drag: { may: mayMove, move: (from: number, to: number) => void move(from, to) } } : {})} columns={[
					{ key: 'policy', label: t('policies.single'), cell: (p, i) => <><span class="muted num">{i + 1}. </span><a class="t" href={href(p)}>{p.name}</a><span class="d">{rulesSummary(p, names)}</span></> },
					{ key: 'action', label: t('policies.action'), cell: (p) => <Badge kind={DECISION_BADGE[p.decision]}>{decisionName(p.decision)}</Badge> },
					{ key: 'mfa', label: t('users.factor'), cell: (p) => <PolicyMfa policy={p} data={data} /> },
					...(write ? [{ key: 'act', label: t('actions'), act: true, keep: true, cell: (p: Policy, i: number) => (
						<span class="row"><span class="order">{arrow(p, i, -1)}{arrow(p, i, 1)}</span>
							<Menu label={t('actions_for', { name: p.name })} actions={[
								{ label: t('app.edit_policy'), icon: 'rules', act: () => navigate(href(p)) },
								{ label: t('app.take_out'), icon: 'x', danger: true, act: () => void put(policies.filter((x) => x.id !== p.id), t('app.taken_out', { name: p.name, app: app.name }), policies) },
							]} /></span>
					) }] : []),
				]} />
			)}
			{checking && <TestAccess app={app} org={data.org} onClose={() => setChecking(false)} />}
			{adding && (
				<AddExisting data={data} onClose={() => setAdding(false)} add={(p) => {
					setAdding(false);
					void put([...policies, p], t('app.added_policy', { name: p.name, app: app.name }), policies);
				}} />
			)}
		</Section>
	);
}

function Strip({ data, mfa }: { data: AppData; mfa: Mfa })
{
	const allow = inOrder(data.app.policies).filter((p) => p.decision === 'allow');
	const [id, setId] = useState('');
	const policy = allow.find((p) => p.id === id) ?? allow.find((p) => ownMfa(p.mfa_config) !== 'inherit') ?? allow[0];
	if (!policy)
		return null;
	return (
		<div class="strip-of">
			<div class="row tight"><label for="strip">{t('strip.title')}</label>
				<select id="strip" class="input" value={policy.id} onChange={(e) => setId(e.currentTarget.value)}>{allow.map((p) => <option key={p.id} value={p.id}>{p.name}</option>)}</select></div>
			<RuleStrip org={data.org} appName={data.app.name} app={mfaBody(mfa, data.app.mfa_config)} policyName={policy.name} policy={policy.mfa_config} />
		</div>
	);
}

interface Second { mfa: Mfa; required: string; denied: string }

export function PoliciesTab({ data, again }: { data: AppData; again: () => void })
{
	const { api, may } = useConsole();
	const { app, org, lists } = data;
	const off = !may('apps_write');
	const names = useLoad('names', () => namesOf(api));
	const form = useForm<Second>({ mfa: mfaOf(app.mfa_config, org), required: app.countersign?.required_aaguids ?? '', denied: app.countersign?.denied_aaguids ?? '' });
	const { value, set } = form;
	const nothing = (org?.mfa_config?.allowed_authenticators ?? []).length === 0;
	const list = (id: string) => lists.find((l) => l.id === id)?.name ?? t('app.models_none');
	const options: Option[] = [['', t('app.models_none')], ...lists.map((l): Option => [l.id, l.name])];
	return (
		<>
			<Policies data={data} names={names.data ?? NO_NAMES} again={again} />
			<Section title={t('app.mfa')}>
				{nothing && <Banner kind="note" title={t('mfa.none')}>{t('app.mfa_first')} <a href="/console/access-settings">{t('settings.title')}</a></Banner>}
				<MfaSetting name="app-mfa" legend={t('app.mfa')} value={value.mfa} org={org} off={off || nothing} onChange={(mfa) => set({ mfa })}
					above={org?.mfa_required_for_all_apps ? mfaWords(org.mfa_config, org.mfa_config) : t('strip.asks_nothing')} />
				<Strip data={data} mfa={value.mfa} />
			</Section>
			{lists.length > 0 && (
				<Section title={t('models.title')} why={t('app.models_why')}>
					<div class="row top">
						<Choose id="app-required" label={t('models.required')} off={off} value={value.required} options={options} onChange={(required) => set({ required })} />
						<Choose id="app-denied" label={t('models.denied')} off={off} value={value.denied} options={options} onChange={(denied) => set({ denied })} />
					</div>
				</Section>
			)}
			<SaveBar discard={form.reset} done={t('app.saved', { name: app.name })} check={() => mfaProblem(value.mfa)}
				changes={changesOf(form, {
					mfa: [t('app.mfa'), (m) => (m.mode === 'inherit' ? t('mfa.as_organisation') : mfaWords(mfaBody(m, app.mfa_config), org?.mfa_config))],
					required: [t('models.required'), list], denied: [t('models.denied'), list],
				})}
				save={async () => {
					await api.put(`/access/apps/${app.id}`, bodyOf(app, {
						mfa_config: mfaBody(value.mfa, app.mfa_config),
						...(form.is('required') || form.is('denied') ? { countersign: { ...app.countersign, required_aaguids: value.required || null, denied_aaguids: value.denied || null } } : {}),
					}));
					form.reset();
					again();
				}} />
		</>
	);
}
