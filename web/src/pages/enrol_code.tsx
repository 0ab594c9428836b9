// Setting up an authenticator application: scan, name, confirm with its first code.
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure, type Confirmed, type TotpEnrolment, asFailure, post, withMeta } from '../api';
import { say, useTitle } from '../page';
import { Submit } from '../parts/button';
import { Banner, Heading, useSpoken } from '../parts/error';
import { CodeInput, describedBy, Field, Summary, type Wrong } from '../parts/field';
import { Icon } from '../parts/icon';
import { Slip } from '../parts/slip';
import { t } from '../text';
import { duration } from '../time';
import { Ended, Loading, type OwnPassword, type SetUpProps, enrolStub } from './enrol';
import { NameInput, nameProblem } from './enrol_name';

const HERE = ['wrong_code', 'code_used', 'malformed_code', 'too_many', 'name_taken', 'network', 'unavailable'];

export function CodeSetUp<A extends Confirmed>(props: SetUpProps<A>)
{
	const [enrolment, setEnrolment] = useState<TotpEnrolment | null>(null);
	const [ended, setEnded] = useState(false);

	const begin = async () => {
		try {
			setEnrolment(await post<TotpEnrolment>('/enrolments', withMeta(props.meta, { factor: 'totp', ...props.more })));
			setEnded(false);
		} catch (e) {
			props.onFail(asFailure(e));
		}
	};
	useEffect(() => { begin(); }, []);

	if (ended)
		return <Ended {...props} kind="totp" sentence={t('enrol.ended')} again={begin} />;
	if (!enrolment)
		return <Loading {...props} kind="totp" title={props.title ?? t('enrol.title')} />;
	return <SetUp key={enrolment.id} {...props} enrolment={enrolment} end={() => setEnded(true)} />;
}

// One line of what the app must know, with copy.
function Parameter({ label, copy, children }: { label: string; copy: string; children: ComponentChildren })
{
	const [copied, setCopied] = useState(false);
	useEffect(() => {
		if (!copied)
			return undefined;
		const timer = setTimeout(() => setCopied(false), 2000);
		return () => clearTimeout(timer);
	}, [copied]);
	const run = async () => {
		try {
			await navigator.clipboard.writeText(copy);
			setCopied(true);
			say(t('enrol.copied', { what: label }));
		} catch {
			say(t('enrol.copy_failed'), true);
		}
	};
	return (
		<div>
			<dt>{label}</dt>
			<dd>{children}</dd>
			<dd class="act">
				<button type="button" class="btn icon" aria-label={t('enrol.copy', { what: label })} title={t('enrol.copy', { what: label })}
					onClick={run}><Icon name={copied ? 'check' : 'copy'} /></button>
			</dd>
		</div>
	);
}

// The key in groups of four. A copy by hand takes the groups without the gaps between them.
function Key({ text }: { text: string })
{
	return <span class="key">{(text.match(/.{1,4}/g) ?? []).map((group, i) => <span key={i}>{group}</span>)}</span>;
}

const ALGORITHMS: Record<string, string> = { SHA1: 'SHA-1', SHA256: 'SHA-256', SHA512: 'SHA-512' };

function Parameters({ enrolment }: { enrolment: TotpEnrolment })
{
	const { key, account, algorithm, period_s, digits } = enrolment;
	const sha = ALGORITHMS[algorithm] ?? algorithm;
	const [mailbox, ...domain] = account.split('@');
	return (
		<dl class="params">
			<Parameter label={t('enrol.key')} copy={key}><Key text={key} /></Parameter>
			<Parameter label={t('enrol.account')} copy={account}>
				{mailbox}{domain.length > 0 && <>@<wbr />{domain.join('@')}</>}</Parameter>
			<Parameter label={t('enrol.algorithm')} copy={sha}>{sha}</Parameter>
			<Parameter label={t('enrol.period')} copy={String(period_s)}>{duration(period_s)}</Parameter>
			<Parameter label={t('enrol.digits')} copy={String(digits)}>{t('enrol.digits_value', { n: digits })}</Parameter>
		</dl>
	);
}

// Who can scan needs none of it.
function Unscannable({ enrolment }: { enrolment: TotpEnrolment })
{
	const [open, setOpen] = useState(false);
	return (
		<div class="stack-s">
			<button type="button" class="link" aria-expanded={open} aria-controls="unscannable" onClick={() => setOpen(!open)}>{t('enrol.unscannable')}</button>
			<div id="unscannable" class="stack-s" hidden={!open}>
				<p class="muted">{t('enrol.unscannable_how')}</p>
				<Parameters enrolment={enrolment} />
			</div>
		</div>
	);
}

function Qr({ src }: { src: string })
{
	const [failed, setFailed] = useState(false);
	return (
		<div class="qr">
			{failed
				? <p>{t('enrol.qr_failed')}</p>
				: <img src={src} alt={t('enrol.qr_alt')} onError={() => setFailed(true)} />}
		</div>
	);
}

// One's own password, which the browser may fill in.
function PasswordInput({ own, who, value, wrong, busy, input, onInput }: {
	own: OwnPassword;
	who: string;
	value: string;
	wrong: Wrong;
	busy: boolean;
	input: RefObject<HTMLInputElement | null>;
	onInput: (password: string) => void;
})
{
	const [shown, setShown] = useState(false);
	return (
		<Field id="own-password" label={own.label} wrong={wrong}>
			<input class="vh" type="text" autocomplete="username" tabIndex={-1} aria-hidden="true" readOnly value={who} />
			<input ref={input} id="own-password" class="input" {...(shown ? { type: 'text' as const } : { type: 'password' as const })} autocomplete="current-password"
				spellcheck={false} autocapitalize="off" value={value} readOnly={busy} aria-invalid={wrong !== null}
				aria-describedby={describedBy('own-password', wrong, false)} onInput={(e) => onInput(e.currentTarget.value)} />
			<button type="button" class="link" onClick={() => setShown(!shown)}>{shown ? own.hide : own.show}</button>
		</Field>
	);
}

// Hands the password in once: what it opened is open until the server says otherwise.
function usePassword(own: OwnPassword | undefined)
{
	const input = useRef<HTMLInputElement>(null);
	const given = useRef<string | null>(null);
	const [value, setValue] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const refuse = (sentence: string | null) => {
		setWrong(sentence);
		if (sentence !== null)
			say(sentence, true);
		return sentence;
	};
	return {
		input, value, setValue, wrong,
		problem: () => refuse(own && value === '' ? own.empty : null),
		give: async () => {
			if (!own || given.current === value)
				return true;
			const sentence = refuse(await own.give(value));
			given.current = sentence === null ? value : null;
			return sentence === null;
		},
		late: () => {
			given.current = null;
			refuse(own?.late ?? null);
		},
		focus: () => {
			input.current?.focus();
			input.current?.select();
		},
	};
}

function SetUp<A extends Confirmed>({ enrolment, meta, who, organization, title = t('enrol.title'), lead, folded = false, password: own, onDone, onFail, onSwitch, onCancel, end }: SetUpProps<A> & { enrolment: TotpEnrolment; end: () => void })
{
	const input = useRef<HTMLInputElement>(null);
	const nameInput = useRef<HTMLInputElement>(null);
	const [name, setName] = useState(t('enrol.name_default'));
	const [code, setCode] = useState('');
	const [wrongName, setWrongName] = useState<Wrong>(null);
	const [wrongCode, setWrongCode] = useState<Wrong>(null);
	const [checking, setChecking] = useState(false);
	const busy = useRef(false);
	const failure = [wrongName, wrongCode].find((w) => w instanceof Failure) ?? null;
	const password = usePassword(own);
	const wrongs = ([['name', wrongName], ['code', wrongCode], ['own-password', password.wrong]] as [string, Wrong][])
		.filter((w): w is [string, string] => typeof w[1] === 'string');
	const several = wrongs.length > 1;
	useTitle(title, organization, wrongName !== null || wrongCode !== null || password.wrong !== null);
	useSpoken(failure instanceof Failure ? failure : null);

	const confirm = async (digits: string) => {
		if (busy.current)
			return;
		const badName = nameProblem(name);
		const badCode = digits.length === 0 ? t('code.empty') : digits.length < 6 ? t('error.malformed_code') : null;
		const badPassword = password.problem();
		setWrongName(badName);
		setWrongCode(badCode);
		if (badName && !badCode && !badPassword)
			nameInput.current?.focus();
		if (badPassword && !badName && !badCode)
			password.focus();
		if (badName || badCode || badPassword)
			return;
		busy.current = true;
		setChecking(true);
		try {
			if (!await password.give())
				return password.focus();
			const body = withMeta(meta, { code: digits, name: name.trim() });
			onDone(await post<A>(`/enrolments/${enrolment.id}/confirm`, body), name.trim());
		} catch (e) {
			const caught = asFailure(e);
			if (caught.code === 'name_taken') {
				setWrongName(caught);
				nameInput.current?.focus();
				nameInput.current?.select();
			} else if (caught.code === 'ended')
				end();
			else if (caught.code === 'prove_first' && own) {
				password.late();
				password.focus();
			} else if (HERE.includes(caught.code))
				setWrongCode(caught);
			else
				onFail(caught);
		} finally {
			busy.current = false;
			setChecking(false);
		}
	};

	const acts = (
		<div class="row acts">
			<Submit busy={checking} busyLabel={t('checking')} wide={false}>{t(folded ? 'enrol.go_on' : 'enrol.confirm')}</Submit>
			{onCancel && <button type="button" class="btn quiet" onClick={onCancel}>{t('cancel')}</button>}
		</div>
	);
	return (
		<Slip wide {...enrolStub(who, enrolment.factor, organization, onSwitch)}
			edge={enrolment.id} failure={failure instanceof Failure ? failure : null}>
			<Heading>{title}</Heading>
			{lead && <p class="muted">{lead}</p>}
			{several && <Summary wrong={wrongs} />}
			<form class="stack" noValidate onSubmit={(e) => {
				e.preventDefault();
				confirm(code);
			}}>
				<div class="qr-grid">
					<Qr src={enrolment.qr} />
					<Banner kind="note">{t(folded ? 'enrol.keep_folded' : 'enrol.keep')}</Banner>
					<ol class="how">
						<li>
							<span class="n" aria-hidden="true">1</span>
							<div class="stack-s">
								<h2>{t('enrol.scan')}</h2>
								<p class="muted">{t(folded ? 'enrol.scan_any' : 'enrol.scan_lead')}</p>
								{folded ? <Unscannable enrolment={enrolment} /> : <Parameters enrolment={enrolment} />}
							</div>
						</li>
						<li>
							<span class="n" aria-hidden="true">2</span>
							<NameInput kind="totp" value={name} wrong={wrongName} busy={checking} input={nameInput} onInput={setName} />
						</li>
						<li>
							<span class="n" aria-hidden="true">3</span>
							<Field id="code" label={t('enrol.code')} wrong={wrongCode}>
								<CodeInput id="code" value={code} wrong={wrongCode} quiet={several} busy={checking} input={input}
									onInput={setCode} onComplete={own ? password.focus : confirm} />
							</Field>
							{!own && acts}
						</li>
						{own && (
							<li>
								<span class="n" aria-hidden="true">4</span>
								<PasswordInput own={own} who={who} value={password.value} wrong={password.wrong} busy={checking} input={password.input} onInput={password.setValue} />
								{acts}
							</li>
						)}
					</ol>
				</div>
			</form>
		</Slip>
	);
}
