// Every sentence of the portal. One flat file per language in text/; en.json states the keys and
// the compiler holds every other language to them.
import type { ComponentChildren } from 'preact';
import en from './text/en.json';

export type Key = keyof typeof en;
type Base<K> = K extends `${infer B}.other` ? B : never;
export type Counted = Base<Key>;

export const locale = 'en-GB';

const text: Record<Key, string> = en;

type Values = Record<string, string | number>;

export function has(key: string): key is Key
{
	return Object.hasOwn(text, key);
}

export function t(key: Key, values: Values = {}): string
{
	return text[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

export function counted(base: Counted, n: number): string
{
	const one = new Intl.PluralRules(locale).select(n) === 'one';
	return t(one ? `${base}.one` : `${base}.other`, { n });
}

// A sentence with elements in it: {name} is replaced by nodes.name.
export function rich(key: Key, nodes: Record<string, ComponentChildren>): ComponentChildren[]
{
	return text[key].split(/\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? part : nodes[part]));
}
