// Access settings: what the organisation asks for after the identity provider.
import { Banner } from '../../parts/error';
import { permitted } from '../api';
import { type Change, changesOf, type Form, useForm } from '../form';
import { Head, ReadOnly, Setting, Switch } from '../parts/bits';
import { Duration, Methods } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { SaveBar } from '../parts/save';
import { type Counts, countPeople } from '../reach';
import { useConsole } from '../session';
import { counted, t } from '../text';
import type { App, List, Method, Organization, Policy, Provider } from '../types';
import { durationFault, durationWords, every, methodsWords, ownMfa } from '../words';
import { AmrSettings } from './settings_amr';
import { FirstUse } from './first_use';
import { ModelSettings, type Outside, OutsideList, useOutside } from './settings_models';
import { inOrder, REPORTS, ReportSettings, reportsWords } from './settings_reports';
import { type Metadata, type Root, Trust } from './trust';

export interface Settings {
	methods: Method[];
	duration: string;
	global: boolean;
	amr: boolean;
	amrDuration: string;
	amrMfa: boolean;
	amrWithList: boolean;
	required: string;
	denied: string;
	recheck: boolean;
	codes: boolean;
	refused: string[];
}

interface Data {
	org: Organization;
	apps: App[];
	policies: Policy[];
	lists: List[];
	providers: Provider[];
	roots: Root[] | null; // null: this server does not say
	metadata: Metadata | null;
}

function settingsOf(org: Organization): Settings
{
	const mfa = org.mfa_config ?? {};
	const ours = org.countersign ?? {};
	return {
		methods: mfa.allowed_authenticators ?? [],
		duration: mfa.session_duration ?? '24h',
		global: org.mfa_required_for_all_apps,
		amr: mfa.amr_matching_enabled ?? false,
		amrDuration: mfa.amr_session_duration ?? '24h',
		amrMfa: ours.amr_counts_mfa ?? false,
		amrWithList: ours.amr_with_aaguid_list ?? false,
		required: mfa.required_aaguids ?? '',
		denied: ours.denied_aaguids ?? '',
		recheck: ours.aaguid_recheck ?? false,
		codes: ours.user_backup_codes ?? false,
		refused: inOrder(ours.refused_statuses ?? REPORTS),
	};
}

// What is not set here stays as it is.
function bodyOf(org: Organization, s: Settings): object
{
	return {
		mfa_config: {
			...org.mfa_config,
			allowed_authenticators: s.methods,
			session_duration: s.duration,
			required_aaguids: s.required || null,
			amr_matching_enabled: s.amr,
			amr_session_duration: s.amr ? s.amrDuration : null,
			amr_matching_session_duration: s.amr ? s.amrDuration : null,
		},
		mfa_required_for_all_apps: s.methods.length > 0 && s.global,
		countersign: {
			...org.countersign,
			amr_counts_mfa: s.amrMfa,
			amr_with_aaguid_list: s.amrWithList,
			denied_aaguids: s.denied || null,
			aaguid_recheck: s.recheck,
			user_backup_codes: s.codes,
			refused_statuses: s.refused,
		},
	};
}

function changes(form: Form<Settings>, lists: List[]): Change[]
{
	const yes = (on: boolean) => t(on ? 'on' : 'off');
	const list = (none: string) => (id: string) => (id === '' ? none : lists.find((l) => l.id === id)?.name ?? id);
	return changesOf(form, {
		methods: [t('settings.methods'), methodsWords],
		duration: [t('settings.duration'), durationWords],
		global: [t('settings.global'), yes],
		amr: [t('amr.switch'), yes],
		amrDuration: [t('amr.duration'), durationWords],
		amrMfa: [t('amr.mfa'), yes],
		amrWithList: [t('amr.with_list'), yes],
		required: [t('models.required'), list(t('models.any'))],
		denied: [t('models.denied'), list(t('models.denied_none'))],
		recheck: [t('models.recheck'), yes],
		codes: [t('settings.codes_switch'), yes],
		refused: [t('reports.title'), reportsWords],
	});
}

export interface Place { href: string; name: string }

// Everything that says something of its own about second factors.
function withOwnMfa(apps: App[], policies: Policy[]): Place[]
{
	const own = (x: { mfa_config?: Policy['mfa_config'] }) => ownMfa(x.mfa_config) !== 'inherit';
	return [
		...apps.filter(own).map((a) => ({ href: `/console/applications/${a.id}`, name: a.name })),
		...apps.flatMap((a) => a.policies.filter((p) => p.reusable === false && own(p)).map((p) => ({ href: `/console/applications/${a.id}/policies/${p.id}`, name: `${a.name} › ${p.name}` }))),
		...policies.filter(own).map((p) => ({ href: `/console/policies/${p.id}`, name: p.name })),
	];
}

export function Places({ of }: { of: Place[] })
{
	return <ul class="places">{of.map((p) => <li key={p.href}><a href={p.href}>{p.name}</a></li>)}</ul>;
}

// Applications that ask for nothing today, and would.
const newlyAsked = (apps: App[]): Place[] => apps
	.filter((a) => a.type === 'self_hosted' && ownMfa(a.mfa_config) === 'inherit')
	.map((a) => ({ href: `/console/applications/${a.id}`, name: a.name }));

function Global({ form, data, counts, off }: { form: Form<Settings>; data: Data; counts: Counts | null | undefined; off: boolean })
{
	const none = form.value.methods.length === 0;
	const hit = newlyAsked(data.apps);
	return (
		<Setting title={t('settings.all')} why={t('settings.all_why')}>
			<Switch id="global" label={t('settings.global')} off={off || none} on={form.value.global && !none} onChange={(global) => form.set({ global })}
				hint={t(none ? 'settings.global_none' : 'settings.global_hint')} />
			{!none && form.value.global && !form.was.global && hit.length > 0 && (
				<Banner kind="warn" title={counted('settings.new_for', hit.length)}>
					{counts && counts.methods.none > 0 && <p>{counted('settings.without', counts.methods.none)}</p>}
					<Places of={hit} />
				</Banner>
			)}
			{form.was.global && !form.value.global && hit.length > 0 && (
				<Banner kind="warn" title={counted('settings.no_longer', hit.length)}><Places of={hit} /></Banner>
			)}
		</Setting>
	);
}

function MethodSettings({ form, counts, off, own }: { form: Form<Settings>; counts: Counts | null | undefined; off: boolean; own: Place[] })
{
	const { value, was } = form;
	const gone = was.methods.filter((m) => !value.methods.includes(m));
	const end = counts ? (m: Method) => counted('people', counts.methods[m]) : undefined;
	return (
		<Setting title={t('settings.methods')} why={t('settings.methods_why')}>
			<Methods id="method" value={value.methods} off={off} {...(end ? { end } : {})} onChange={(methods) => form.set({ methods })} />
			{value.methods.length === 0 && own.length === 0 && <Banner kind={was.methods.length > 0 ? 'warn' : 'note'} title={t('settings.turned_off')}>{t('settings.turned_off_why')}</Banner>}
			{value.methods.length === 0 && own.length > 0 && (
				<Banner kind="danger" title={t('settings.cannot_turn_off')}>{counted('settings.own_first', own.length)}<Places of={own} /></Banner>
			)}
			{value.methods.length > 0 && gone.length > 0 && <Banner kind="warn">{t('settings.method_gone', { methods: methodsWords(gone) })}</Banner>}
		</Setting>
	);
}

const DURATIONS = ['0m', '30m', '1h', '8h', '24h', '168h', '720h'];

function Page({ data, again }: { data: Data; again: () => void })
{
	const { api, may } = useConsole();
	const off = !may('orgs_write');
	const form = useForm(settingsOf(data.org));
	const { value } = form;
	const own = withOwnMfa(data.apps, data.policies);
	// Nobody waits for it: the page is whole without.
	const counts = useLoad('counts', () => countPeople(api));
	const list = data.lists.find((l) => l.id === value.required);
	const outside: Outside = useOutside(list, form.is('required'));
	const unproven = list !== undefined && list.countersign?.evidence !== 'claimed' && data.roots?.length === 0 && !data.metadata;

	const problem = () => {
		if (value.methods.length === 0 && own.length > 0)
			return t('settings.cannot_turn_off');
		return durationFault(value.duration) ?? (value.amr ? durationFault(value.amrDuration) : null);
	};
	return (
		<>
			<Head title={t('settings.title')} sub={t('settings.sub', { organization: data.org.name })} />
			<ReadOnly off={off} />
			<MethodSettings form={form} counts={counts.data} off={off} own={own} />
			<Setting title={t('settings.duration')} why={t('settings.duration_why')}>
				<Duration id="duration" bare label={t('settings.duration')} off={off} value={value.duration} presets={DURATIONS} onChange={(duration) => form.set({ duration })} />
				<p class="muted">{t('settings.duration_now', { every: every(value.duration) })} {own.length > 0 && counted('settings.own', own.length)}</p>
			</Setting>
			<Global form={form} data={data} counts={counts.data} off={off} />
			<Setting title={t('settings.codes')} why={t('settings.codes_why')}>
				<Switch id="codes" label={t('settings.codes_switch')} off={off} on={value.codes} onChange={(codes) => form.set({ codes })}
					hint={t(value.methods.includes('totp') ? 'settings.codes_hint' : 'settings.codes_no_app')} />
				{form.was.codes && !value.codes && <Banner kind="warn">{t('settings.codes_gone')}</Banner>}
			</Setting>
			<AmrSettings form={form} providers={data.providers} off={off} />
			<ModelSettings form={form} lists={data.lists} off={off} unproven={unproven} outside={outside} />
			<ReportSettings form={form} off={off} metadata={data.metadata} />
			<Trust roots={data.roots} metadata={data.metadata} again={again} />
			<SaveBar changes={changes(form, data.lists)} done={t('settings.saved')} check={problem}
				save={async () => {
					await api.patch('/access/organizations', bodyOf(data.org, value));
					form.reset();
					again();
				}}
				discard={form.reset}
				impact={<>
					{form.is('global') && value.global && <div><p>{counted('settings.new_for', newlyAsked(data.apps).length)}:</p><Places of={newlyAsked(data.apps)} />{counts.data && counts.data.methods.none > 0 && <p>{counted('settings.without', counts.data.methods.none)}</p>}</div>}
					{unproven && form.is('required') && <Banner kind="warn" title={t('models.unproven')}>{t('models.unproven_why')}</Banner>}
					{form.is('required') && <OutsideList of={outside} />}
				</>} />
		</>
	);
}

export function SettingsPage()
{
	const { api } = useConsole();
	const loaded = useLoad<Data>('settings', async () => {
		const [org, apps, policies, lists, providers, roots, metadata] = await Promise.all([
			api.get<Organization>('/access/organizations'), permitted(api.all<App>('/access/apps'), []), permitted(api.all<Policy>('/access/policies'), []),
			permitted(api.get<List[]>('/gateway/lists', { type: 'AAGUID' }), []), api.all<Provider>('/access/identity_providers'),
			permitted(api.own.get<{ attestation_roots: Root[] }>('/attestation_roots'), null), permitted(api.own.get<{ metadata: Metadata | null }>('/metadata'), null),
		]);
		return { org, apps, policies, lists, providers, roots: roots?.attestation_roots ?? null, metadata: metadata?.metadata ?? null };
	});
	if (loaded.failure?.code === 'no_organization')
		return <FirstUse done={loaded.again} />;
	return <Load of={loaded} title={t('settings.title')}>{(data) => <Page data={data} again={loaded.again} />}</Load>;
}
