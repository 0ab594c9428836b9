// What has been changed and not saved: it stays in sight, and nobody leaves it by accident.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSlow } from '../../parts/button';
import { asRefusal, type Refusal } from '../api';
import type { Change } from '../form';
import { hold } from '../route';
import { useConsole } from '../session';
import { counted, t } from '../text';
import { Dialog } from '../../parts/dialog';
import { FailureBlock } from './failure';
import { toast } from './toast';

function Changes({ changes }: { changes: Change[] })
{
	return (
		<dl class="changes">{changes.map((c) => (
			<div key={c.label}>
				<dt>{c.label}</dt>
				<dd><del><span class="vh">{t('save.was')} </span>{c.from}</del> <ins><span class="vh">{t('save.becomes')} </span>{c.to}</ins></dd>
			</div>
		))}</dl>
	);
}

// `save` throws what the server refused. `impact` stands in the review, beneath old → new.
// `check` says what must be put right first (and puts the focus there).
export function SaveBar({ changes, save, discard, done, impact, check, create }: {
	changes: Change[];
	save: () => Promise<unknown>;
	discard: () => void;
	done: string;
	impact?: ComponentChildren;
	check?: () => string | null;
	create?: string | false; // the verb for something new, which is not reviewed: nothing was there before
})
{
	const { lost } = useConsole();
	const [review, setReview] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [wrong, setWrong] = useState('');
	const [leaving, setLeaving] = useState<(() => void) | null>(null);
	const slow = useSlow(busy);
	const dirty = changes.length > 0;

	const open = () => {
		const problem = check?.() ?? null;
		setWrong(problem ?? '');
		setFailure(null);
		if (problem)
			return;
		if (create)
			void commit();
		else
			setReview(true);
	};
	const latest = useRef(open);
	latest.current = open;

	// Before the next key can be pressed.
	useLayoutEffect(() => {
		if (!dirty)
			return undefined;
		hold((go) => setLeaving(() => go));
		const unload = (e: BeforeUnloadEvent) => e.preventDefault();
		const key = (e: KeyboardEvent) => {
			if ((e.ctrlKey || e.metaKey) && e.key === 's') {
				e.preventDefault();
				latest.current();
			}
		};
		addEventListener('beforeunload', unload);
		document.addEventListener('keydown', key);
		return () => {
			hold(null);
			removeEventListener('beforeunload', unload);
			document.removeEventListener('keydown', key);
		};
	}, [dirty]);

	const commit = async () => {
		if (busy)
			return;
		setBusy(true);
		setFailure(null);
		try {
			await save();
			setReview(false);
			toast(done);
		} catch (e) {
			const refusal = asRefusal(e);
			if (!lost(refusal)) {
				setFailure(refusal);
				setReview(true);
			}
		}
		setBusy(false);
	};
	if (!dirty && !create)
		return null;
	return (
		<>
			<div class="save" role="region" aria-label={t('save.region')}>
				<span class="grow">{create ? t('save.new') : <><strong>{counted('save.count', changes.length)}</strong>{changes.length === 1 && <>: {changes[0]?.label}</>}</>}
					<span class="wrong" role="alert">{wrong}</span></span>
				{!create && (
					<button type="button" class="btn" onClick={() => {
						setWrong('');
						discard();
					}}>{t('save.discard')}</button>
				)}
				<button type="button" class="btn primary" aria-busy={create ? busy : undefined} onClick={open}>{create ? slow ? t('save.creating') : create : t('save.review')}</button>
			</div>
			{review && (
				<Dialog title={create || t('save.title')} wide onClose={() => busy || setReview(false)}>
					<Changes changes={changes} />
					{impact}
					{failure && <FailureBlock failure={failure} />}
					<div class="row acts">
						<button type="button" class="btn primary" data-first aria-busy={busy} onClick={commit}>{slow ? t(create ? 'save.creating' : 'save.busy') : create || t('save.go')}</button>
						<button type="button" class="btn" data-safe onClick={() => setReview(false)}>{t('save.back')}</button>
					</div>
				</Dialog>
			)}
			{leaving && (
				<Dialog title={t('leave.title')} onClose={() => setLeaving(null)}>
					<p>{counted('leave', changes.length)}</p>
					<div class="row acts">
						<button type="button" class="btn danger solid" onClick={() => {
							setLeaving(null);
							discard();
							leaving();
						}}>{t('leave.go')}</button>
						<button type="button" class="btn" data-safe onClick={() => setLeaving(null)}>{t('leave.stay')}</button>
					</div>
				</Dialog>
			)}
		</>
	);
}
