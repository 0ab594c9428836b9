// Values of the API as people read them.
import { settingSeconds } from '../time';
import { locale } from '../text';
import { counted, has, t } from './text';
import { METHODS, type Decision, type MfaConfig, type Method } from './types';

export const methodName = (m: string): string => (has(`method.${m}`) ? t(`method.${m}` as 'method.totp') : m);

// "Security key, biometrics or authenticator application"
function listWords(words: string[], type: 'conjunction' | 'disjunction'): string
{
	return new Intl.ListFormat(locale, { type }).format(words.map((w, i) => (i === 0 ? w : w.charAt(0).toLowerCase() + w.slice(1))));
}

export function methodsWords(methods: readonly string[]): string
{
	return methods.length === 0 ? t('methods.none')
		: listWords([...methods].sort((a, b) => METHODS.indexOf(a as Method) - METHODS.indexOf(b as Method)).map(methodName), 'conjunction');
}

// "24h" → "24 hours", "0m" → "Every time", "1h30m" → "1 hour 30 minutes".
export function durationWords(setting: string | null | undefined): string
{
	const seconds = setting ? settingSeconds(setting) : null;
	if (seconds === null)
		return setting || '–';
	if (seconds === 0)
		return t('duration.always');
	const parts: string[] = [];
	const unit = (n: number, name: string) => n > 0 && parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(n));
	if (seconds % 86400 === 0 && seconds > 86400) {
		unit(seconds / 86400, 'day');
	} else {
		unit(Math.floor(seconds / 3600), 'hour');
		unit(Math.floor((seconds % 3600) / 60), 'minute');
		unit(seconds % 60, 'second');
	}
	return parts.join(' ');
}

// "every time", "every hour", "every 8 hours"
export const every = (setting: string | null | undefined): string =>
	(settingSeconds(setting ?? '') === 0 ? t('duration.each') : t('duration.every', { time: durationWords(setting).replace(/^1 /, '') }));

// Minutes and hours, at most 720 h (docs/protocol/configuration-api.md).
export function durationFault(setting: string): string | null
{
	if (!/^(\d+h)?(\d+m)?$/.test(setting) || setting === '')
		return t('duration.form');
	return (settingSeconds(setting) ?? 0) > 720 * 3600 ? t('duration.long') : null;
}

export const decisionName = (d: Decision): string => t(`decision.${d}`);
export const DECISION_BADGE: Record<Decision, '' | 'ok' | 'danger' | 'accent' | 'warn'> = { allow: 'ok', deny: 'danger', bypass: 'warn', non_identity: 'accent' };

// What an application or a policy says about second factors of its own.
export type OwnMfa = 'inherit' | 'own' | 'off';

export function ownMfa(config: MfaConfig | null | undefined): OwnMfa
{
	if (!config || Object.keys(config).length === 0)
		return 'inherit';
	return config.mfa_disabled ? 'off' : 'own';
}

// "Security key, every hour"
export function mfaWords(config: MfaConfig | null | undefined, above: MfaConfig | null | undefined): string
{
	if (config?.mfa_disabled)
		return t('mfa.off');
	const methods = config?.allowed_authenticators ?? above?.allowed_authenticators ?? [];
	if (methods.length === 0)
		return t('mfa.none');
	const length = config?.session_duration ?? above?.session_duration ?? '24h';
	const which = methods.length === METHODS.length ? t('methods.any') : listWords(METHODS.filter((m) => methods.includes(m)).map(methodName), 'disjunction');
	return `${which}, ${every(length)}`;
}

export const people = (n: number): string => counted('people', n);
