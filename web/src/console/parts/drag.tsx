// Rows that can be dragged to another place, for those who have a mouse. Whoever uses a list that way also
// has buttons in each row: this alone would shut out keyboards and fingers.
import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icon';

interface Drag { may: (from: number, to: number) => boolean; move: (from: number, to: number) => void }

export function useDrag(drag: Drag | undefined)
{
	const [from, setFrom] = useState<number | null>(null);
	const [over, setOver] = useState<number | null>(null);
	const end = () => {
		setFrom(null);
		setOver(null);
	};
	const fits = (i: number) => from !== null && from !== i && drag?.may(from, i) === true;
	const row = (i: number) => (drag ? {
		class: from === i ? 'dragged' : over === i && from !== null ? (from < i ? 'drop-below' : 'drop-above') : '',
		onDragOver: (e: DragEvent) => {
			if (!fits(i))
				return;
			e.preventDefault();
			setOver(i);
		},
		onDragLeave: () => setOver((was) => (was === i ? null : was)),
		onDrop: (e: DragEvent) => {
			e.preventDefault();
			if (from !== null && fits(i))
				drag.move(from, i);
			end();
		},
	} : {});
	const grip = (i: number) => ({
		onDragStart: (e: DragEvent) => {
			const tr = (e.currentTarget as HTMLElement).closest('tr');
			if (tr)
				e.dataTransfer?.setDragImage(tr, 0, 0);
			// Without any data Firefox does not begin.
			e.dataTransfer?.setData('text/plain', '');
			setFrom(i);
		},
		onDragEnd: end,
	});
	return { row, grip };
}

export function Grip(props: { onDragStart: (e: DragEvent) => void; onDragEnd: () => void })
{
	return <span class="grip" draggable aria-hidden="true" {...props}><Icon name="grip" /></span>;
}
