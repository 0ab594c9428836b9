// The pages behind links in our mails. What a link is good for stands in its fragment, which no server
// sees and no GET acts on: the button posts it.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Failure, asFailure, post } from '../../api';
import { dropLinkToken, useLinkToken, useTitle } from '../../page';
import { Submit, useSlow } from '../../parts/button';
import { Banner, Heading } from '../../parts/error';
import type { Wrong } from '../../parts/field';
import { Frame } from '../../parts/frame';
import type { IconName } from '../../parts/icon';
import { NewPassword, weakness } from '../../parts/new_password';
import { Slip } from '../../parts/slip';
import { when } from '../../time';
import { rich, t } from '../text';
import { DoorFailure, useDoorSpoken } from './bits';

// The token is spent, too old, or not from here.
const OVER = ['ended', 'link_ended', 'not_found', 'body'];

interface Words { label: string; what: string; icon: IconName; title: string; over: string; overNext: ComponentChildren }

interface AskProps<T> { token: string; failure: Failure | null; busy: boolean; post: (body: object) => Promise<void>; done: T | null }

// One link: asked, done, over or incomplete. `path` takes the token and what the page adds.
function LinkPage<T>({ words, path, doneTitle, done, children }: {
	words: Words;
	path: string;
	doneTitle: string;
	done: (answer: T) => ComponentChildren;
	children: (ask: AskProps<T>) => ComponentChildren;
})
{
	const { token, isSpent } = useLinkToken();
	const [failure, setFailure] = useState<Failure | null>(null);
	const [answer, setAnswer] = useState<T | null>(null);
	const [busy, setBusy] = useState(false);
	const running = useRef(false);
	const over = failure !== null ? OVER.includes(failure.code) : isSpent && token === '';
	const whole = over || /^[\w-]+$/.test(token);
	const title = answer ? doneTitle : !whole ? t('link.incomplete_title') : over ? t('link.over_title') : words.title;
	useTitle(title, t('brand'), !answer && (failure !== null || !whole));
	useDoorSpoken(failure);
	const send = async (body: object) => {
		if (running.current)
			return;
		running.current = true;
		setBusy(true);
		setFailure(null);
		try {
			setAnswer(await post<T>(path, { token, ...body }));
			dropLinkToken();
		} catch (e) {
			setFailure(asFailure(e));
		}
		running.current = false;
		setBusy(false);
	};
	return (
		<Frame organization={null}>
			<Slip label={words.label} what={words.what} icon={words.icon} failure={failure}>
				<Heading key={title}>{title}</Heading>
				{answer ? done(answer)
					: !whole ? <p class="muted">{t('link.incomplete')}</p>
					: over ? <><p class="muted">{words.over}</p>{words.overNext}</>
					: children({ token, failure, busy, post: send, done: answer })}
			</Slip>
		</Frame>
	);
}

const ToSignIn = ({ primary = false }: { primary?: boolean }) =>
	<a class={primary ? 'btn primary wide' : 'btn wide'} href="/console/">{t('door.to_sign_in')}</a>;

function Go({ busy, danger = false, onClick, children }: { busy: boolean; danger?: boolean; onClick: () => void; children: string })
{
	const slow = useSlow(busy);
	return <button type="button" class={danger ? 'btn danger solid wide' : 'btn primary wide'} aria-busy={busy} onClick={onClick}>{slow ? t('working') : children}</button>;
}

interface Stopped { member_email_hint: string; begun_at: string; stopped_at: string }

export function StopPage()
{
	const words: Words = {
		label: t('link.label'), what: t('stop.stub'), icon: 'alert', title: t('stop.title'), over: t('stop.over'), overNext: <ToSignIn />,
	};
	return (
		<LinkPage<Stopped> words={words} path="/recovery/stop" doneTitle={t('stop.done_title')} done={({ member_email_hint: email, begun_at, stopped_at }) => (
			<>
				<Banner kind="ok">{t('stop.done', { email, begun: when(begun_at), stopped: when(stopped_at) })}</Banner>
				<p>{t('stop.next')}</p>
				<a class="btn primary wide" href="/console/forgotten-password">{t('stop.change')}</a>
				<ToSignIn />
			</>
		)}>{({ failure, busy, post: stop }) => (
			<>
				{failure && <DoorFailure failure={failure} />}
				<p>{t('stop.lead')}</p>
				<ul class="facts stack-s">
					<li>{t('stop.ends')}</li>
					<li>{t('stop.stays')}</li>
					<li>{t('stop.pause')}</li>
				</ul>
				<Go busy={busy} danger onClick={() => void stop({})}>{t('stop.go')}</Go>
				<a class="btn quiet wide" href="/console/">{t('stop.was_me')}</a>
			</>
		)}</LinkPage>
	);
}

export function ConfirmAddressPage()
{
	const words: Words = {
		label: t('link.label'), what: t('confirm.stub'), icon: 'mail', title: t('confirm.title'), over: t('confirm.over'), overNext: <ToSignIn />,
	};
	return (
		<LinkPage<{ email: string }> words={words} path="/member/email/confirm" doneTitle={t('confirm.done_title')} done={({ email }) => (
			<>
				<Banner kind="ok">{rich('confirm.done', { email: <span class="mono">{email}</span> })}</Banner>
				<p class="muted">{t('confirm.next')}</p>
				<a class="btn primary wide" href="/console/">{t('door.to_console')}</a>
			</>
		)}>{({ failure, busy, post: confirm }) => (
			<>
				{failure && <DoorFailure failure={failure} />}
				<p>{t('confirm.lead')}</p>
				<Go busy={busy} onClick={() => void confirm({})}>{t('confirm.go')}</Go>
				<p class="muted small">{t('confirm.not_you')}</p>
			</>
		)}</LinkPage>
	);
}

interface Reset { email: string; second_factor: boolean }

export function ResetPage()
{
	const words: Words = {
		label: t('link.label'), what: t('reset.stub'), icon: 'lock', title: t('reset.title'), over: t('reset.over'),
		overNext: <a class="btn primary wide" href="/console/forgotten-password">{t('reset.another')}</a>,
	};
	return (
		<LinkPage<Reset> words={words} path="/member/password/reset" doneTitle={t('reset.done_title')} done={({ email, second_factor }) => (
			<>
				<Banner kind="ok">{rich('reset.done', { email: <span class="mono">{email}</span> })}</Banner>
				<p class="muted">{t(second_factor ? 'reset.second' : 'reset.no_second')}</p>
				<ToSignIn primary />
			</>
		)}>{(ask) => <ChoosePassword {...ask} />}</LinkPage>
	);
}

function ChoosePassword({ failure, busy, post: send }: AskProps<Reset>)
{
	const input = useRef<HTMLInputElement>(null);
	const [password, setPassword] = useState('');
	const [problem, setProblem] = useState<string | null>(null);
	const weak = failure && weakness(failure);
	const wrong: Wrong = problem ?? weak;
	return (
		<form class="stack" noValidate onSubmit={async (e) => {
			e.preventDefault();
			setProblem(password === '' ? t('reset.empty') : null);
			if (password !== '')
				await send({ password });
			input.current?.focus();
		}}>
			{failure && !weak && <DoorFailure failure={failure} />}
			<p class="muted">{t('reset.lead')}</p>
			<NewPassword id="password" label={t('reset.password')} value={password} wrong={wrong} input={input} onInput={setPassword} />
			<Submit busy={busy} busyLabel={t('working')}>{t('reset.go')}</Submit>
		</form>
	);
}
