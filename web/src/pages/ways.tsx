// What may answer a challenge, as a list to choose from.
import type { Method } from '../api';
import { FACTORS, kindIcon, kindName } from '../kind';
import { Icon } from '../parts/icon';
import { counted, locale, t } from '../text';
import { builtInName } from '../webauthn';

// One kind of device that may answer, with those of its kind.
export interface Way { kind: string; methods: Method[]; usable: boolean }

// "YubiKey 5C – desk or Titan – home"
export function namesOf(methods: Method[]): string
{
	return new Intl.ListFormat(locale, { type: 'disjunction' }).format(methods.map((m) => m.name));
}

// Biometrics are called what the maker of this device calls them, unless it has none.
export function wayName(kind: string, builtIn: boolean): string
{
	return kind === 'biometrics' && builtIn ? t(`builtin.${builtInName()}`) : kindName(kind);
}

function hintOf(way: Way): string
{
	const left = way.methods[0]?.left;
	if (way.kind === 'backup_code')
		return left === undefined ? t('ways.backup') : counted('ways.backup_left', left);
	if (way.usable)
		return way.kind === 'totp' ? t('ways.code', { names: namesOf(way.methods) }) : namesOf(way.methods);
	return t(FACTORS[way.kind] === 'webauthn' ? 'ways.no_keys' : 'ways.unknown');
}

interface ListProps { ways: Way[]; builtIn: boolean; go: (way: Way) => void; name?: ((way: Way, builtIn: boolean) => string) | undefined }

export function WayList({ ways, builtIn, go, name = (way) => wayName(way.kind, builtIn) }: ListProps)
{
	return (
		<ul class="choices">
			{ways.map((way) => (
				<li key={way.kind}>
					<button type="button" aria-disabled={!way.usable} onClick={() => way.usable && go(way)}>
						<Icon name={kindIcon(way.kind)} />
						<span class="grow"><span class="t">{name(way, builtIn)}</span><span class="d">{hintOf(way)}</span></span>
						{way.usable && <Icon name="right" />}
					</button>
				</li>
			))}
		</ul>
	);
}

export function OtherWays({ title = t('ways.title'), ...props }: ListProps & { title?: string | undefined })
{
	return props.ways.length > 0 && (
		<section class="stack-s">
			<h2>{title}</h2>
			<WayList {...props} />
		</section>
	);
}
