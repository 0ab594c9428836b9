// Setting up an authenticator application: scan, name, confirm with its first code.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Enrolment, Failure, type Meta, type SignInState, asFailure, post, withMeta } from '../api';
import { kindIcon, kindName, SUPPORTED } from '../kind';
import { say, useTitle } from '../page';
import { Submit } from '../parts/button';
import { Banner, Heading, useSpoken } from '../parts/error';
import { CodeInput, describedBy, Field, Summary, type Wrong } from '../parts/field';
import { Icon } from '../parts/icon';
import { Slip, Who } from '../parts/slip';
import { has, t } from '../text';
import { duration } from '../time';
import type { Flow } from './sign_in';

const HERE = ['wrong_code', 'code_used', 'malformed_code', 'too_many', 'name_taken', 'network', 'unavailable'];
const NAME_MAX = 64;

// Inside a sign-in, when the policy asks for what nobody has enrolled yet.
export function EnrolPage({ flow }: { flow: Flow })
{
	const { state } = flow;
	const lead = state.application
		? t('enrol.asked', { application: state.application.name })
		: t('enrol.asked_portal', { organization: state.organization.name });
	return <Enrol meta={flow.meta} kinds={state.methods} who={state.user?.email ?? ''}
		organization={state.organization.name} lead={lead} onDone={flow.next} onFail={flow.fail} onSwitch={flow.switchUser} />;
}

interface Props {
	meta: Meta;
	kinds: string[];
	who: string;
	organization: string;
	lead?: string;
	onDone: (state: SignInState, name: string) => void;
	onFail: (failure: Failure) => void;
	onSwitch?: () => void;
	onCancel?: () => void;
}

// The stub of an enrolment: what is added, and whose it will be.
function stub(who: string, kind: string | null, onSwitch?: () => void)
{
	return {
		label: t('stub.device'),
		what: kind ? kindName(kind) : t('enrol.choose_title'),
		icon: kind ? kindIcon(kind) : 'shield' as const,
		who: <Who email={who} {...(onSwitch ? { onSwitch } : {})} />,
	};
}

export function Enrol(props: Props)
{
	const [kind, choose] = useState(props.kinds.length === 1 ? props.kinds[0] ?? null : null);
	const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
	const [ended, setEnded] = useState(false);

	const begin = async () => {
		try {
			setEnrolment(await post<Enrolment>('/enrolments', withMeta(props.meta, { factor: kind })));
			setEnded(false);
		} catch (e) {
			props.onFail(asFailure(e));
		}
	};
	useEffect(() => {
		if (kind && SUPPORTED.includes(kind))
			begin();
	}, [kind]);

	if (!kind || !SUPPORTED.includes(kind))
		return <Kinds {...props} choose={choose} />;
	if (ended)
		return <Ended {...props} again={begin} />;
	if (!enrolment) {
		return (
			<Slip wide {...stub(props.who, kind, props.onSwitch)}>
				<Heading>{t('enrol.title')}</Heading>
				<p class="muted">{t('loading')}</p>
			</Slip>
		);
	}
	return <SetUp key={enrolment.id} {...props} enrolment={enrolment} end={() => setEnded(true)} />;
}

function Kinds({ kinds, who, organization, lead, onSwitch, onCancel, choose }: Props & { choose: (kind: string) => void })
{
	useTitle(t(kinds.length > 0 ? 'enrol.choose_title' : 'enrol.none_title'), organization, false);
	const hint = (kind: string) => {
		const key = `kind.${kind}_hint`;
		return !SUPPORTED.includes(kind) ? t('enrol.unavailable') : has(key) ? t(key) : '';
	};
	return (
		<Slip {...stub(who, null, onSwitch)}>
			<Heading>{t(kinds.length > 0 ? 'enrol.choose_title' : 'enrol.none_title')}</Heading>
			<p class="muted">{kinds.length > 0 ? lead ?? t('enrol.choose_lead') : t('enrol.none', { organization })}</p>
			{kinds.length > 0 && (
				<ul class="choices">
					{kinds.map((kind) => (
						<li key={kind}>
							<button type="button" aria-disabled={!SUPPORTED.includes(kind)}
								onClick={() => SUPPORTED.includes(kind) && choose(kind)}>
								<Icon name={kindIcon(kind)} />
								<span class="grow"><span class="t">{kindName(kind)}</span><span class="d">{hint(kind)}</span></span>
								{SUPPORTED.includes(kind) && <Icon name="right" />}
							</button>
						</li>
					))}
				</ul>
			)}
			{onCancel && (
				<button type="button" class="btn quiet wide" onClick={onCancel}>
					{t(kinds.length > 0 ? 'cancel' : 'enrol.back')}</button>
			)}
		</Slip>
	);
}

function Ended({ who, organization, onSwitch, again }: Props & { again: () => void })
{
	useTitle(t('enrol.ended_title'), organization, true);
	return (
		<Slip {...stub(who, 'totp', onSwitch)} failure={new Failure('ended')}>
			<Heading>{t('enrol.ended_title')}</Heading>
			<p class="muted">{t('enrol.ended')}</p>
			<button type="button" class="btn primary wide" onClick={again}>{t('enrol.again')}</button>
		</Slip>
	);
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

function Parameters({ enrolment }: { enrolment: Enrolment })
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

function SetUp({ enrolment, meta, who, organization, lead, onDone, onFail, onSwitch, onCancel, end }: Props & { enrolment: Enrolment; end: () => void })
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
	const both = typeof wrongName === 'string' && typeof wrongCode === 'string';
	useTitle(t('enrol.title'), organization, wrongName !== null || wrongCode !== null);
	useSpoken(failure instanceof Failure ? failure : null);

	const nameProblem = () => {
		const length = [...name.trim()].length;
		return length === 0 ? t('enrol.name_empty') : length > NAME_MAX ? t('enrol.name_long') : null;
	};
	const confirm = async (digits: string) => {
		if (busy.current)
			return;
		const badName = nameProblem();
		const badCode = digits.length === 0 ? t('code.empty') : digits.length < 6 ? t('error.malformed_code') : null;
		setWrongName(badName);
		setWrongCode(badCode);
		if (badName && !badCode)
			nameInput.current?.focus();
		if (badName || badCode)
			return;
		busy.current = true;
		setChecking(true);
		try {
			const body = withMeta(meta, { code: digits, name: name.trim() });
			onDone(await post<SignInState>(`/enrolments/${enrolment.id}/confirm`, body), name.trim());
		} catch (e) {
			const caught = asFailure(e);
			if (caught.code === 'name_taken') {
				setWrongName(caught);
				nameInput.current?.focus();
				nameInput.current?.select();
			} else if (caught.code === 'ended')
				end();
			else if (HERE.includes(caught.code))
				setWrongCode(caught);
			else
				onFail(caught);
		} finally {
			busy.current = false;
			setChecking(false);
		}
	};

	return (
		<Slip wide {...stub(who, enrolment.factor, onSwitch)}
			edge={enrolment.id} failure={failure instanceof Failure ? failure : null}>
			<Heading>{t('enrol.title')}</Heading>
			{lead && <p class="muted">{lead}</p>}
			{both && <Summary wrong={[['name', String(wrongName)], ['code', String(wrongCode)]]} />}
			<form class="stack" noValidate onSubmit={(e) => {
				e.preventDefault();
				confirm(code);
			}}>
				<div class="qr-grid">
					<Qr src={enrolment.qr} />
					<Banner kind="note">{t('enrol.keep')}</Banner>
					<ol class="how">
						<li>
							<span class="n" aria-hidden="true">1</span>
							<div class="stack-s">
								<h2>{t('enrol.scan')}</h2>
								<p class="muted">{t('enrol.scan_lead')}</p>
								<Parameters enrolment={enrolment} />
							</div>
						</li>
						<li>
							<span class="n" aria-hidden="true">2</span>
							<Field id="name" label={t('enrol.name')} hint={t('enrol.name_hint')} wrong={wrongName}>
								<input ref={nameInput} id="name" class="input" value={name} autocomplete="off" readOnly={checking}
									aria-invalid={wrongName !== null} aria-describedby={describedBy('name', wrongName, true)}
									onInput={(e) => setName(e.currentTarget.value)} />
							</Field>
						</li>
						<li>
							<span class="n" aria-hidden="true">3</span>
							<Field id="code" label={t('enrol.code')} wrong={wrongCode}>
								<CodeInput id="code" value={code} wrong={wrongCode} quiet={both} busy={checking} input={input}
									onInput={setCode} onComplete={confirm} />
							</Field>
							<div class="row acts">
								<Submit busy={checking} busyLabel={t('checking')} wide={false}>{t('enrol.confirm')}</Submit>
								{onCancel && <button type="button" class="btn quiet" onClick={onCancel}>{t('cancel')}</button>}
							</div>
						</li>
					</ol>
				</div>
			</form>
		</Slip>
	);
}
