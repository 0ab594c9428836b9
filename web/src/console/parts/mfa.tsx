// A second factor setting of an application or a policy: as above, its own, or off.
import type { ComponentChildren } from 'preact';
import { t } from '../text';
import type { Method, MfaConfig, Organization } from '../types';
import { METHODS } from '../types';
import { durationFault, mfaWords, ownMfa, type OwnMfa } from '../words';
import { Duration, Methods, Radios } from './fields';

export interface Mfa { mode: OwnMfa; methods: Method[]; duration: string } // duration empty: as above

export function mfaOf(config: MfaConfig | null | undefined, org: Organization | null): Mfa
{
	return {
		mode: ownMfa(config),
		methods: config?.allowed_authenticators ?? org?.mfa_config?.allowed_authenticators ?? [...METHODS],
		duration: config?.session_duration ?? '',
	};
}

export function mfaBody(mfa: Mfa, was: MfaConfig | null | undefined): MfaConfig | null
{
	if (mfa.mode === 'inherit')
		return null;
	if (mfa.mode === 'off')
		return { mfa_disabled: true };
	const { session_duration: _, ...rest } = was ?? {};
	return { ...rest, mfa_disabled: false, allowed_authenticators: mfa.methods, ...(mfa.duration ? { session_duration: mfa.duration } : {}) };
}

export function mfaProblem(mfa: Mfa): string | null
{
	if (mfa.mode !== 'own')
		return null;
	return mfa.methods.length === 0 ? t('mfa.no_method') : mfa.duration ? durationFault(mfa.duration) : null;
}

export function MfaSetting({ name, value, above, org, off, legend, onChange }: {
	name: string; // of the radio buttons
	value: Mfa;
	above: string; // "As the organisation", in words what that is
	org: Organization | null;
	off: boolean;
	legend: string;
	onChange: (value: Mfa) => void;
})
{
	const among = org?.mfa_config?.allowed_authenticators ?? METHODS;
	return (
		<Radios legend={legend} name={name} value={value.mode} off={off} onChange={(mode) => onChange({ ...value, mode })} options={[
			{ value: 'inherit', label: t(name === 'policy-mfa' ? 'mfa.as_application' : 'mfa.as_organisation'), hint: above },
			{ value: 'own', label: t('mfa.own'), hint: t(name === 'policy-mfa' ? 'mfa.own_policy' : 'mfa.own_application'), more: (
				<>
					<Methods id={name} value={value.methods} among={among} off={off} onChange={(methods) => onChange({ ...value, methods })} />
					<Duration id={`${name}-duration`} label={t('settings.duration')} off={off} none={t('mfa.as_above')} value={value.duration}
						presets={['0m', '30m', '1h', '8h', '24h', '168h']} onChange={(duration) => onChange({ ...value, duration })} />
				</>
			) },
			{ value: 'off', label: t('mfa.off_label'), hint: t('mfa.off_hint') },
		]} />
	);
}

// Which of the three says what is asked: those that are overridden are struck through and named so.
export function RuleStrip({ org, appName, app, policyName, policy }: {
	org: Organization | null;
	appName: string;
	app: MfaConfig | null | undefined;
	policyName: string;
	policy: MfaConfig | null | undefined;
})
{
	const top = org?.mfa_config;
	const wins = ownMfa(policy) !== 'inherit' ? 2 : ownMfa(app) !== 'inherit' ? 1 : 0;
	const orgWords = org?.mfa_required_for_all_apps ? mfaWords(top, top) : t('strip.asks_nothing');
	const levels: [label: string, words: ComponentChildren][] = [
		[t('strip.organisation'), orgWords],
		[appName, ownMfa(app) === 'inherit' ? t('strip.says_nothing') : mfaWords(app, top)],
		[policyName, ownMfa(policy) === 'inherit' ? t('strip.says_nothing') : mfaWords(policy, top)],
	];
	return (
		<ol class="strip">{levels.map(([label, words], i) => (
			<li key={label + i} class={i === wins ? 'win' : ''}>
				<span class="lbl">{i === wins ? t('strip.decides', { who: label }) : label}</span>
				{i === wins ? <strong>{words}</strong> : i < wins ? <span class="off"><span class="vh">{t('strip.overridden')} </span>{words}</span> : <span class="muted">{words}</span>}
			</li>
		))}</ol>
	);
}
