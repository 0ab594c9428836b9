// Rules as the builder edits them and as sentences. A rule is one key, the kind, with its fields; what
// the builder does not know stays in it.
import { countryName } from './countries';
import { valueFault } from './items';
import { KINDS, type Kind, MANY, type Source } from './rule_kinds';
import { has, t } from './text';
import type { App, Group, List, Provider, Rule, ServiceToken } from './types';

// Everything a rule can name, for choosing and for showing names instead of ids.
export interface Names { lists: List[]; groups: Group[]; providers: Provider[]; tokens: ServiceToken[]; apps: App[] }

export const kindOf = (rule: Rule): string => Object.keys(rule)[0] ?? '';
export const known = (name: string): Kind | undefined => KINDS[name];
export const kindName = (name: string): string => (has(`rule.${name}`) ? t(`rule.${name}` as 'rule.email') : name);
export const fieldName = (name: string): string => (has(`rule.field.${name}`) ? t(`rule.field.${name}` as 'rule.field.email') : name);

export function emptyRule(name: string): Rule
{
	return { [name]: Object.fromEntries((KINDS[name]?.fields ?? []).filter((f) => !f.optional).map((f) => [f.name, MANY.includes(f.name) ? [] : ''])) };
}

export function valueOf(rule: Rule, name: string): string
{
	const value = rule[kindOf(rule)]?.[name];
	return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}

export function withValue(rule: Rule, name: string, value: string): Rule
{
	const kind = kindOf(rule);
	return { [kind]: { ...rule[kind], [name]: MANY.includes(name) ? value.split(',').map((v) => v.trim()).filter(Boolean) : value } };
}

export function choices(source: Source, names: Names): [value: string, label: string][]
{
	const of = (list: { id: string; name: string }[]): [string, string][] => list.map((x) => [x.id, x.name]);
	switch (source) {
	case 'email_list': return of(names.lists.filter((l) => l.type === 'EMAIL'));
	case 'ip_list': return of(names.lists.filter((l) => l.type === 'IP'));
	case 'group': return of(names.groups);
	case 'provider': return of(names.providers);
	case 'token': return of(names.tokens);
	case 'app': return of(names.apps);
	default: return [];
	}
}

// "E-mail domain halden.example", "Group Engineering"
export function ruleWords(rule: Rule, names: Names): string
{
	const name = kindOf(rule);
	const kind = known(name);
	if (!kind)
		return name;
	const values = kind.fields.map((f) => {
		const value = valueOf(rule, f.name);
		if (f.source === 'country')
			return countryName(value);
		return f.source === 'text' ? value : choices(f.source, names).find(([v]) => v === value)?.[1] ?? value;
	}).filter(Boolean);
	return [kindName(name), ...values].join(' ');
}

// What is wrong with a rule, in words; null when nothing is.
export function ruleFault(rule: Rule): { field: string; why: string } | null
{
	const kind = known(kindOf(rule));
	const missing = kind?.fields.find((f) => !f.optional && valueOf(rule, f.name).trim() === '');
	if (missing)
		return { field: missing.name, why: t('rules.missing', { field: fieldName(missing.name) }) };
	if (kindOf(rule) === 'email' && !/^\S+@\S+\.\S+$/.test(valueOf(rule, 'email')))
		return { field: 'email', why: t('item.email') };
	if (kindOf(rule) === 'email_domain' && !/^[^\s@]+\.[^\s@]+$/.test(valueOf(rule, 'domain')))
		return { field: 'domain', why: t('rules.domain') };
	const place = kindOf(rule) === 'ip' ? valueFault('IP', valueOf(rule, 'ip').trim()) : null;
	return place ? { field: 'ip', why: place } : null;
}
