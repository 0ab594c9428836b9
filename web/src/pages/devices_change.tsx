// Renaming and removing an MFA device: what it means stands before the button.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Closing, type Device, type Devices, Failure, asFailure, post } from '../api';
import { useSlow } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { FailureBanner, useSpoken } from '../parts/error';
import type { Wrong } from '../parts/field';
import { locale, t } from '../text';
import { NameInput, nameProblem } from './enrol_name';

const names = (of: { name: string }[]) => new Intl.ListFormat(locale).format(of.map(({ name }) => name));

// Posts once at a time; what the dialog cannot mend goes to the page.
function useChange(path: string, own: string[], onDone: (now: Devices) => void, onProve: () => void, onFail: (failure: Failure) => void)
{
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const running = useRef(false);
	useSpoken(failure);
	const send = async (body: object) => {
		if (running.current)
			return;
		running.current = true;
		setBusy(true);
		setFailure(null);
		try {
			onDone(await post<Devices>(path, body));
			return;
		} catch (e) {
			const caught = asFailure(e);
			if (caught.code === 'prove_first')
				onProve();
			else if (own.includes(caught.code))
				setFailure(caught);
			else
				onFail(caught);
		}
		running.current = false;
		setBusy(false);
	};
	return { busy, failure, send };
}

interface Props {
	device: Device;
	onClose: () => void;
	onProve: () => void;
	onFail: (failure: Failure) => void;
}

export function RenameDialog({ device, onClose, onProve, onFail, onDone }: Props & { onDone: (now: Devices, name: string) => void })
{
	const input = useRef<HTMLInputElement>(null);
	const [name, setName] = useState(device.name);
	const [problem, setProblem] = useState<string | null>(null);
	const { busy, failure, send } = useChange(`/me/devices/${device.id}/rename`, ['name_taken', 'body', 'too_many', 'network', 'unavailable'],
		(now) => onDone(now, name.trim()), onProve, onFail);
	const slow = useSlow(busy);
	const wrong: Wrong = problem ?? failure;

	// Before the person can see it, so that nothing they type already is replaced.
	useLayoutEffect(() => {
		input.current?.focus();
		input.current?.select();
	}, [wrong]);

	const save = (e: Event) => {
		e.preventDefault();
		const found = nameProblem(name);
		setProblem(found);
		if (found)
			return;
		if (name.trim() === device.name)
			return onClose();
		send({ name: name.trim() });
	};
	return (
		<Dialog title={t('rename.title', { name: device.name })} onClose={onClose}>
			<form class="stack" noValidate onSubmit={save}>
				<NameInput kind={device.kind} value={name} wrong={wrong} busy={busy} input={input} onInput={setName} />
				<div class="row acts">
					<button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('checking') : t('rename.save')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}

// What opens no longer: because nothing is left, or because what is left is of another kind.
function Closes({ closes, isLast }: { closes: Closing[]; isLast: boolean })
{
	return closes.length > 0 ? <p>{t(isLast ? 'remove.asks' : 'remove.closes', { applications: names(closes) })}</p> : null;
}

const VERBS = { security_key: 'remove.key', biometrics: 'remove.biometrics', totp: 'remove.application' } as const;

export function RemoveDialog({ device, devices, onClose, onProve, onFail, onDone }: Props & {
	devices: Device[];
	onDone: (now: Devices) => void;
})
{
	const { busy, failure, send } = useChange(`/me/devices/${device.id}/remove`, ['too_many', 'network', 'unavailable'], onDone, onProve, onFail);
	const slow = useSlow(busy);
	const rest = devices.filter((d) => d.id !== device.id);
	const verb = t(VERBS[device.kind as keyof typeof VERBS] ?? 'remove.device');
	return (
		<Dialog title={t('remove.title', { name: device.name })} onClose={onClose}>
			{failure && <FailureBanner failure={failure} />}
			<p>{t('remove.stops', { name: device.name })}</p>
			<p>{rest.length > 0 ? t('remove.remains', { names: names(rest) }) : t('remove.nothing')}</p>
			<Closes closes={device.if_removed.closes} isLast={rest.length === 0} />
			{device.opened_window && rest.length > 0 && <p>{t('remove.window')}</p>}
			<div class="row acts">
				<button type="button" class="btn danger solid" aria-busy={busy} onClick={() => send({})}>{slow ? t('remove.busy') : verb}</button>
				<button type="button" class="btn" data-safe onClick={onClose}>{t('remove.keep')}</button>
			</div>
		</Dialog>
	);
}

// After it: the fact, and what happens next.
export function removedNotice({ removed, devices }: Devices): string
{
	if (!removed)
		return '';
	if (devices.length === 0)
		return t('remove.done_last', { name: removed.name });
	const { closes } = removed;
	return closes.length > 0
		? t('remove.done_closes', { name: removed.name, applications: names(closes) })
		: t('remove.done', { name: removed.name });
}
