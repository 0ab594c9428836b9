// Who vouches for a model: certificates that are trusted as roots, and the FIDO metadata.
import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog';
import { asRefusal, type Refusal } from '../api';
import { Ask } from '../parts/ask';
import { Setting, Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Text } from '../parts/fields';
import { Icon } from '../../parts/icon';
import { toast } from '../parts/toast';
import { useConsole } from '../session';
import { counted, t } from '../text';

export interface Root { id: string; name: string; subject: string; expires_at: string; fingerprint: string }
export interface Metadata { no: number; next_update: string; imported_at: string; models: number }

function Upload({ onDone, onClose }: { onDone: () => void; onClose: () => void })
{
	const { api, lost } = useConsole();
	const [name, setName] = useState('');
	const [pem, setPem] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const file = useRef<HTMLInputElement>(null);
	const send = async (e: Event) => {
		e.preventDefault();
		if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
			setWrong(t('roots.no_pem'));
			document.getElementById('pem')?.focus();
			return;
		}
		try {
			await api.own.post('/attestation_roots', { ...(name.trim() ? { name: name.trim() } : {}), pem });
			onDone();
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
		}
	};
	return (
		<Dialog title={t('roots.add')} wide onClose={onClose}>
			<p>{t('roots.add_why')}</p>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={send}>
				<Text id="root-name" label={t('roots.name')} hint={t('roots.name_hint')} value={name} onChange={setName} />
				<Text id="pem" label={t('roots.pem')} wrong={wrong} lines={7} mono value={pem} onChange={setPem} placeholder="-----BEGIN CERTIFICATE-----" />
				<input ref={file} class="vh" tabIndex={-1} aria-hidden="true" type="file" accept=".pem,.crt,.cer,.txt" onChange={async () => {
					const chosen = file.current?.files?.[0];
					if (chosen)
						setPem(await chosen.text());
				}} />
				<button type="button" class="btn" onClick={() => file.current?.click()}>{t('roots.file')}</button>
				<div class="row acts">
					<button type="submit" class="btn primary">{t('roots.go')}</button>
					<button type="button" class="btn" data-safe onClick={onClose}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}

export function Trust({ roots, metadata, again }: { roots: Root[] | null; metadata: Metadata | null; again: () => void })
{
	const { api, may } = useConsole();
	const [adding, setAdding] = useState(false);
	const [removing, setRemoving] = useState<Root | null>(null);
	if (roots === null)
		return null;
	return (
		<Setting title={t('roots.title')} why={t('roots.why')}>
			<div id="roots" tabIndex={-1}>
				{roots.length === 0
					? <p class="muted">{t('roots.none')}</p>
					: (
						<ul class="card rows" aria-label={t('roots.list')}>{roots.map((r) => (
							<li key={r.id}>
								<div class="grow"><strong>{r.name || r.subject}</strong><span class="d">{r.subject}</span>
									<span class="d mono">{r.fingerprint}</span><span class="d">{t('roots.until')} <Time at={r.expires_at} /></span></div>
								{may('orgs_write') && (
									<button type="button" class="btn icon" aria-label={t('roots.remove_this', { name: r.name || r.subject })} onClick={() => setRemoving(r)}><Icon name="x" /></button>
								)}
							</li>
						))}</ul>
					)}
			</div>
			{may('orgs_write') && <p><button type="button" class="btn" onClick={() => setAdding(true)}><Icon name="plus" /> {t('roots.add')}</button></p>}
			<p class="muted">{metadata
				? <>{t('mds.imported', { no: metadata.no })} <Time at={metadata.imported_at} />. {counted('mds.entries', metadata.models)} {t('mds.next')} <Time at={metadata.next_update} />.</>
				: <>{t('mds.none')} <code>countersignd mds import</code></>}</p>
			{adding && (
				<Upload onClose={() => setAdding(false)} onDone={() => {
					setAdding(false);
					toast(t('roots.added'));
					again();
				}} />
			)}
			{removing && (
				<Ask title={t('roots.remove_title', { name: removing.name || removing.subject })} verb={t('roots.remove')} keep={t('keep')} onClose={() => setRemoving(null)}
					act={async () => {
						await api.own.remove(`/attestation_roots/${removing.id}`);
						setRemoving(null);
						toast(t('roots.removed'));
						again();
					}}>
					<p>{t('roots.remove_why')}</p>
				</Ask>
			)}
		</Setting>
	);
}
