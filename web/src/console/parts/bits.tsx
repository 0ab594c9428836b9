// Small things that many pages show.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { say, useTitle } from '../../page';
import { Heading } from '../../parts/error';
import { when } from '../../time';
import { useConsole } from '../session';
import { locale } from '../../text';
import { t } from '../text';
import { Icon } from '../../parts/icon';

export function Badge({ kind = '', icon, children }: { kind?: '' | 'ok' | 'warn' | 'danger' | 'accent'; icon?: 'alert'; children: ComponentChildren })
{
	return <span class={`badge ${kind}`}>{icon && <Icon name={icon} />}{children}</span>;
}

// Where one is, what it is called, one fact; actions on the right.
export function Head({ title, within, crumb, badge, sub, failed = false, children }: {
	title: string;
	within?: string; // the part of it that is shown: the document's title says it first
	crumb?: [label: string, href: string];
	badge?: ComponentChildren;
	sub?: ComponentChildren;
	failed?: boolean;
	children?: ComponentChildren;
})
{
	const { account } = useConsole();
	useTitle(crumb ? `${title} – ${crumb[0]}` : within ? `${within} – ${title}` : title, account.name, failed);
	return (
		<>
			{crumb && <p class="crumb"><a href={crumb[1]}>{crumb[0]}</a> / {title}</p>}
			<div class="head">
				<div class="grow"><div class="row tight"><Heading>{title}</Heading>{badge}</div>{sub && <div class="sub">{sub}</div>}</div>
				{children && <div class="row tight acts">{children}</div>}
			</div>
		</>
	);
}

export function Section({ title, why, actions, children }: { title: string; why?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren })
{
	return (
		<section class="sec">
			<header><h2>{title}</h2>{actions && <div class="end">{actions}</div>}</header>
			{why && <p class="why">{why}</p>}
			{children}
		</section>
	);
}

// A settings row: name and why, then the control.
export function Setting({ title, why, children }: { title: string; why: ComponentChildren; children: ComponentChildren })
{
	return (
		<section class="setting">
			<div><h2>{title}</h2><p class="why">{why}</p></div>
			<div class="stack-s">{children}</div>
		</section>
	);
}

export function Copy({ text, label, words }: { text: string; label: string; words?: string })
{
	const [done, setDone] = useState(false);
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(text);
			setDone(true);
			say(t('copy.done'));
			setTimeout(() => setDone(false), 2000);
		} catch {
			say(t('copy.failed'), true);
		}
	};
	return (
		<button type="button" class={words ? 'btn' : 'btn icon small-i'} aria-label={words ? undefined : label} onClick={copy}>
			<Icon name={done ? 'check' : 'copy'} />{words && (done ? t('copy.done') : words)}
		</button>
	);
}

export function Id({ text, label }: { text: string; label: string })
{
	return <span class="id"><span class="mono">{text}</span><Copy text={text} label={label} /></span>;
}

const DATE = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const CLOCK = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

// "Today 09:41", "3 Mar 2026"; the exact time in UTC stands in the title. `exact`: with the hour
// also when it was long ago.
export function Time({ at, never = '–', exact = false }: { at: string | null | undefined; never?: string; exact?: boolean })
{
	if (!at || Number.isNaN(Date.parse(at)))
		return <>{never}</>;
	const date = new Date(at);
	const text = when(at);
	const near = /^\D/.test(text);
	return (
		<time dateTime={at} title={date.toISOString()}>
			{near ? text.charAt(0).toUpperCase() + text.slice(1) : exact ? `${DATE.format(date)} ${CLOCK.format(date)}` : DATE.format(date)}
		</time>
	);
}

export function Switch({ id, label, hint, on, off = false, onChange }: {
	id: string;
	label: string;
	hint?: ComponentChildren;
	on: boolean;
	off?: boolean; // cannot be changed
	onChange: (on: boolean) => void;
})
{
	return (
		<div>
			<label class="check" for={id}>
				<input id={id} class="switch" type="checkbox" role="switch" checked={on} disabled={off}
					aria-describedby={hint ? `${id}-hint` : undefined} onChange={(e) => onChange(e.currentTarget.checked)} />
				<strong>{label}</strong>
			</label>
			{hint && <p class="under muted" id={`${id}-hint`}>{hint}</p>}
		</div>
	);
}

// For pages that a role may only look at.
export function ReadOnly({ off }: { off: boolean })
{
	const { roleName } = useConsole();
	return off ? <p class="readonly"><Icon name="lock" /> {t('read_only', { role: roleName })}</p> : null;
}
