// Somebody stands before a challenge without what it asks for: what can be done today.
import { useTitle } from '../page';
import { Heading } from '../parts/error';
import { Slip } from '../parts/slip';
import { rich, t } from '../text';
import type { LostProps } from './challenge';
import { WayList } from './ways';

export function Lost({ asking, challenge, ways, builtIn, go, back }: LostProps)
{
	const { organization } = asking;
	useTitle(t('lost.title'), organization, false);
	return (
		<Slip {...asking.stub} edge={challenge.edge} below={asking.below(challenge)}>
			<Heading>{t('lost.title')}</Heading>
			<p class="muted">{t('lost.lead')}</p>
			<ol class="how">
				<li>
					<span class="n" aria-hidden="true">1</span>
					<div class="stack-s"><h2>{t('lost.other')}</h2><WayList ways={ways} builtIn={builtIn} go={go} /></div>
				</li>
				{ways.some((way) => way.kind === 'totp') && (
					<li>
						<span class="n" aria-hidden="true">2</span>
						<div class="stack-s"><h2>{t('lost.key')}</h2><p class="muted">{t('lost.key_how')}</p></div>
					</li>
				)}
				<li>
					<span class="n" aria-hidden="true">{ways.some((way) => way.kind === 'totp') ? 3 : 2}</span>
					<div class="stack-s">
						<h2>{t('lost.administrator')}</h2>
						<p class="muted">{t('lost.administrator_how', { organization })}</p>
						<p class="muted">{rich('lost.after', { address: <span class="mono">{location.host}/<wbr />AddMfaDevice</span> })}</p>
					</div>
				</li>
			</ol>
			<button type="button" class="btn wide" onClick={back}>{t('lost.back')}</button>
		</Slip>
	);
}
