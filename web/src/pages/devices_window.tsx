// The ten minutes in which this browser may change its owner's MFA devices.
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../page';
import { Tally } from '../parts/slip';
import { rich, t } from '../text';
import { clock, here, useSecondsLeft } from '../time';

// Spoken at these, in seconds, and at no other time.
const SPOKEN = [300, 60];

export function Window({ opening, by, lock, over }: {
	opening: { opened_at: string; expires_at: string };
	by: string;
	lock: () => void;
	over: () => void;
})
{
	const end = here(opening.expires_at);
	const whole = (Date.parse(opening.expires_at) - Date.parse(opening.opened_at)) / 1000;
	const left = useSecondsLeft(end);
	const before = useRef(left);
	const last = left <= 60;

	useEffect(() => {
		for (const at of SPOKEN)
			if (before.current > at && left <= at)
				say(t(at === 60 ? 'window.one_minute' : 'window.five_minutes'));
		if (before.current > 0 && left === 0) {
			say(t('window.ended'));
			over();
		}
		before.current = left;
	}, [left]);

	return (
		<section class={last ? 'slim last' : 'slim'} aria-label={t('window.label')}>
			<div class="stub">
				<svg class="ring-t" viewBox="0 0 44 44" aria-hidden="true">
					<circle class="bg" cx="22" cy="22" r="19" />
					<circle class="fg" cx="22" cy="22" r="19" pathLength={100} stroke-dasharray={`${Math.round((100 * left) / whole)} 100`} />
				</svg>
				<div class="grow">
					<p><strong>{rich('window.left', { time: <span class="num">{clock(left)}</span> })}</strong></p>
					<p class="small lbl">{by ? t('window.by', { name: by }) : t('window.here')}{last && <> {t('window.last')}</>}</p>
				</div>
				<button type="button" class="btn" onClick={lock}>{t('window.lock')}</button>
			</div>
			<Tally edge={opening.opened_at} />
		</section>
	);
}
