// Access settings: what an identity provider's own second factor counts for.
import { Banner } from '../../parts/error';
import type { Form } from '../form';
import { Setting, Switch } from '../parts/bits';
import { Duration } from '../parts/fields';
import { t } from '../text';
import type { Provider } from '../types';
import { methodName } from '../words';
import type { Settings } from './settings';

// RFC 8176 values and what they count as (docs/protocol/configuration-api.md).
export const AMR: [values: string[], method: 'security_key' | 'totp' | 'biometrics'][] = [
	[['hwk', 'swk'], 'security_key'], [['otp'], 'totp'], [['face', 'fpt', 'iris', 'retina', 'vbm'], 'biometrics'],
];

function AmrTable()
{
	return (
		<div class="tablewrap">
			<table class="flow">
				<caption class="vh">{t('amr.table')}</caption>
				<thead><tr><th scope="col">{t('amr.value')}</th><th scope="col">{t('amr.counts_as')}</th></tr></thead>
				<tbody>{AMR.map(([values, method]) => (
					<tr key={method}><td>{values.map((v) => <><code>{v}</code> </>)}</td><td data-l={t('amr.counts_as')}>{methodName(method)}</td></tr>
				))}</tbody>
			</table>
		</div>
	);
}

export function AmrSettings({ form, providers, off }: { form: Form<Settings>; providers: Provider[]; off: boolean })
{
	const { value, set } = form;
	const sending = providers.filter((p) => p.type !== 'onetimepin');
	const blocked = value.amr && value.required !== '' && !value.amrWithList;
	return (
		<Setting title={t('amr.title')} why={<>{t('amr.why')} <code>amr</code>.</>}>
			<Switch id="amr" label={t('amr.switch')} hint={t('amr.hint')} on={value.amr} off={off} onChange={(amr) => set({ amr })} />
			{value.amr && (
				<>
					<Duration id="amr-duration" label={t('amr.duration')} hint={t('amr.duration_hint')} off={off} value={value.amrDuration}
						presets={['0m', '1h', '8h', '24h']} onChange={(amrDuration) => set({ amrDuration })} />
					{blocked && <Banner kind="warn" title={t('amr.blocked')}>{t('amr.blocked_why')}</Banner>}
					<Switch id="amr-with-list" label={t('amr.with_list')} hint={t('amr.with_list_hint')} on={value.amrWithList} off={off} onChange={(amrWithList) => set({ amrWithList })} />
					<Switch id="amr-mfa" label={t('amr.mfa')} hint={t('amr.mfa_hint')} on={value.amrMfa} off={off} onChange={(amrMfa) => set({ amrMfa })} />
					<AmrTable />
					<p class="muted">{t('amr.ignored')}</p>
					{sending.length > 0 && (
						<p>{t('amr.per_provider')} {sending.map((p, i) => <>{i > 0 && ' · '}<a href={`/console/identity-providers/${p.id}`}>{p.name}</a></>)}</p>
					)}
				</>
			)}
		</Setting>
	);
}
