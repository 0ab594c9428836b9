// Ten new backup codes, shown this once, with a gate: on only when they have been kept somewhere.
import type { ComponentChildren } from 'preact';
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { say, useArrival, useTitle } from '../page';
import { rich, t } from '../text';
import { day } from '../time';
import { useSlow } from './button';
import { Banner } from './error';
import { Icon } from './icon';
import { Slip } from './slip';

// What POST /api/v1/me/backup-codes answers.
export interface BackupCodeSet { codes: string[]; made_at: string; account: string; issuer: string }

interface Props {
	set: BackupCodeSet;
	onDone: () => void;
	// Makes a new set, which comes back as `set`. It is called once, however often the button is pressed;
	// when it fails, whoever made it says so, in `above` or on another page.
	onRegenerate?: () => void | Promise<void>;
	// What came before, in words; the codes are the last step.
	steps?: string[];
	above?: ComponentChildren;
	onwards?: string; // the last button, where it is not "Next"
}

// What is on the button, before and after; and what is said then.
const WAYS = {
	download: { icon: 'download', label: 'codes.download', after: 'codes.download_short', title: 'codes.download_title', done: 'codes.download_done' },
	print: { icon: 'print', label: 'codes.print', after: 'codes.print_short', title: 'codes.print_title', done: 'codes.print_done' },
	copy: { icon: 'copy', label: 'codes.copy', after: 'codes.copy_short', title: 'codes.copy_title', done: 'codes.copy_done' },
} as const;

type Way = keyof typeof WAYS;
type Kept = Way | 'by_hand';

// "Halden Maritime" → "halden-maritime-backup-codes.txt"
export function fileName(issuer: string): string
{
	const slug = issuer.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
	return `${slug || 'countersign'}-backup-codes.txt`;
}

// The file: whose, of when, how to use them, the codes. It is read in years, by somebody in a hurry.
export function sheetText(set: BackupCodeSet): string
{
	const width = String(set.codes.length).length;
	return [
		t('codes.paper_title', { issuer: set.issuer }),
		'',
		`${t('codes.account')} ${set.account}`,
		`${t('codes.made')} ${day(set.made_at)}`,
		'',
		t('codes.use_1'),
		t('codes.use_2'),
		t('codes.use_3'),
		'',
		...set.codes.map((code, i) => `${String(i + 1).padStart(width)}  ${code}`),
		'',
	].join('\r\n');
}

function download(set: BackupCodeSet): void
{
	const url = URL.createObjectURL(new Blob([sheetText(set)], { type: 'text/plain;charset=utf-8' }));
	const link = document.createElement('a');
	link.href = url;
	link.download = fileName(set.issuer);
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function Paper({ set }: { set: BackupCodeSet })
{
	return (
		<>
			<h2>{t('codes.paper_title', { issuer: set.issuer })}</h2>
			<p>{t('codes.account')} <strong>{set.account}</strong><br />{t('codes.made')} <strong>{day(set.made_at)}</strong></p>
			<ol class="codes">{set.codes.map((code) => <li key={code}>{code}</li>)}</ol>
			<p>{t('codes.use_1')}</p>
			<p>{t('codes.use_2')}</p>
			<p>{t('codes.use_3')}</p>
		</>
	);
}

// What the printer gets in place of everything else, while these codes are shown (pages.css).
function usePaper(set: BackupCodeSet): void
{
	useEffect(() => {
		const paper = document.createElement('div');
		paper.className = 'paper';
		document.body.append(paper);
		render(<Paper set={set} />, paper);
		return () => {
			render(null, paper);
			paper.remove();
		};
	}, [set]);
}

export function Steps({ done, now }: { done: string[]; now: string })
{
	return (
		<ol class="steps" aria-label={t('codes.steps')}>
			{done.map((step) => <li key={step} class="done"><span class="vh">{t('codes.step_done')} </span>{step}</li>)}
			<li aria-current="step">{now}</li>
		</ol>
	);
}

export function BackupCodes({ set, onDone, onRegenerate, steps = [], above, onwards }: Props)
{
	const [kept, setKept] = useState<Kept | null>(null);
	const [noCopy, setNoCopy] = useState(false);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);
	const heading = useArrival<HTMLHeadingElement>();
	const shown = useRef(set);
	useTitle(t('codes.title'), set.issuer, false);
	usePaper(set);

	// Another set is not kept yet, whatever was done with the one before.
	useEffect(() => {
		if (shown.current === set)
			return;
		shown.current = set;
		setKept(null);
		setNoCopy(false);
		say(t('codes.again_done'));
	}, [set]);

	const keep = (how: Kept) => {
		setKept(how);
		setNoCopy(false);
		if (how !== 'by_hand')
			say(t(WAYS[how].done, { file: fileName(set.issuer) }));
	};
	const act = {
		download: () => {
			download(set);
			keep('download');
		},
		print: () => {
			print();
			keep('print');
		},
		copy: async () => {
			try {
				await navigator.clipboard.writeText(set.codes.join('\n'));
				keep('copy');
			} catch {
				setNoCopy(true);
				say(t('codes.copy_failed'), true);
			}
		},
	};
	const again = async () => {
		if (busy)
			return;
		setBusy(true);
		try {
			await onRegenerate?.();
		} finally {
			setBusy(false);
		}
	};

	return (
		<Slip wide label={t('codes.for', { account: set.account, date: day(set.made_at) })} what={t('codes.what')} icon="sheet">
			{steps.length > 0 && <Steps done={steps} now={t('codes.step')} />}
			<div class="stack-s">
				<h1 ref={heading} tabIndex={-1}>{t('codes.title')}</h1>
				<p class="muted">{t('codes.lead')}</p>
			</div>
			{above}
			<ol class="codes" aria-label={t('codes.list')}>{set.codes.map((code) => <li key={code}>{code}</li>)}</ol>
			<div class="trio">
				{(['download', 'print', 'copy'] as const).map((how) => (
					<button key={how} type="button" class="btn" onClick={act[how]}>
						<Icon name={kept === how ? 'check' : WAYS[how].icon} />{t(kept === how ? WAYS[how].after : WAYS[how].label)}
					</button>
				))}
			</div>
			{kept !== null && kept !== 'by_hand' && (
				<Banner kind="ok" title={t(WAYS[kept].title)}>
					{rich(WAYS[kept].done, { file: <span class="mono">{fileName(set.issuer)}</span> })}</Banner>
			)}

			{noCopy && <Banner kind="warn">{t('codes.copy_failed')}</Banner>}
			{(kept === null || kept === 'by_hand') && (
				<label class="tick"><input type="checkbox" checked={kept === 'by_hand'}
					onChange={(e) => setKept(e.currentTarget.checked ? 'by_hand' : null)} /><span>{t('codes.by_hand')}</span></label>
			)}
			<div class="row">
				<button type="button" class="btn primary" aria-disabled={kept === null} aria-describedby={kept === null ? 'gate' : undefined}
					onClick={() => kept !== null && onDone()}>{onwards ?? t('codes.next')}</button>
				{kept === null && <span class="muted small grow" id="gate">{t('codes.gate')}</span>}
			</div>
			{onRegenerate && (
				<p class="muted small">{t('codes.again_lead')}{' '}
					<button type="button" class="link" aria-busy={busy} onClick={() => void again()}>{t(slow ? 'codes.making' : 'codes.again')}</button></p>
			)}
		</Slip>
	);
}
