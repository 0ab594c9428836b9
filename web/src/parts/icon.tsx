const PATHS = {
	alert: <path d="M10 3 2.2 16.5h15.6zM10 8v4M10 14.3h.01" />,
	app: <><rect x="5" y="2" width="10" height="16" rx="2" /><path d="M8 7h4M8 10h4M8 13h1.5" /></>,
	bars: <path d="M3 5.5h14M3 10h14M3 14.5h14" />,
	bio: <path d="M4.5 7.5a6.5 6.5 0 0 1 11 0M3.5 12c0-4 2.8-6.2 6.5-6.2s6.5 2.3 6.5 6.2c0 1-.1 1.8-.3 2.6M7 16.5c-.9-1.2-1.2-2.6-1.2-4.2 0-2.3 1.7-3.9 4.2-3.9s4.2 1.6 4.2 3.9c0 1.7-.3 3.2-.9 4.6M10 11.8c0 2.3.6 4.2 1.6 5.6" />,
	check: <path d="m4 10.5 4 4 8-9" />,
	clock: <><circle cx="10" cy="10" r="7.5" /><path d="M10 5.5V10l3 2" /></>,
	copy: <><rect x="7" y="7" width="10" height="10" rx="1.5" /><path d="M13 7V4.5A1.5 1.5 0 0 0 11.5 3h-7A1.5 1.5 0 0 0 3 4.5v7A1.5 1.5 0 0 0 4.5 13H7" /></>,
	down: <path d="m4.5 7.5 5.5 5.5 5.5-5.5" />,
	download: <path d="M10 3v10M5.5 9l4.5 4.5L14.5 9M4 17h12" />,
	external: <path d="M11 3.5h5.5V9M16.5 3.5l-7 7M14 12v4.5H3.5V6H8" />,
	gear: <><circle cx="10" cy="10" r="2.6" /><path d="M10 2.5v2.2M10 15.3v2.2M2.5 10h2.2M15.3 10h2.2M4.7 4.7l1.5 1.5M13.8 13.8l1.5 1.5M4.7 15.3l1.5-1.5M13.8 6.2l1.5-1.5" /></>,
	globe: <><circle cx="10" cy="10" r="7.5" /><path d="M2.5 10h15M10 2.5c2.5 2.2 3.5 4.7 3.5 7.5s-1 5.3-3.5 7.5c-2.5-2.2-3.5-4.7-3.5-7.5s1-5.3 3.5-7.5" /></>,
	grid: <><rect x="3" y="3" width="5.5" height="5.5" rx="1" /><rect x="11.5" y="3" width="5.5" height="5.5" rx="1" /><rect x="3" y="11.5" width="5.5" height="5.5" rx="1" /><rect x="11.5" y="11.5" width="5.5" height="5.5" rx="1" /></>,
	info: <><circle cx="10" cy="10" r="7.5" /><path d="M10 9v5M10 6.3h.01" /></>,
	link: <path d="M8.5 11.5a3.3 3.3 0 0 0 4.8.2l2.5-2.5a3.3 3.3 0 0 0-4.7-4.7L9.8 5.8M11.5 8.5a3.3 3.3 0 0 0-4.8-.2l-2.5 2.5a3.3 3.3 0 0 0 4.7 4.7l1.3-1.3" />,
	list: <path d="M7.5 5h9M7.5 10h9M7.5 15h9M3.8 5h.01M3.8 10h.01M3.8 15h.01" />,
	lock: <><rect x="4" y="9" width="12" height="8.5" rx="1.5" /><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9" /></>,
	mail: <><rect x="2.5" y="4.5" width="15" height="11" rx="1.5" /><path d="m3 5.5 7 5.5 7-5.5" /></>,
	more: <path d="M10 4.5h.01M10 10h.01M10 15.5h.01" stroke-width="2.6" />,
	grip: <path d="M7 5h.01M7 10h.01M7 15h.01M13 5h.01M13 10h.01M13 15h.01" />,
	keyboard: <path d="M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.5h7" />,
	move_down: <path d="M10 4v12M5 11l5 5 5-5" />,
	move_up: <path d="M10 16V4M5 9l5-5 5 5" />,
	org: <path d="M3.5 17.5V4.5L10 2.5v15M10 8h6.5v9.5M2 17.5h16M6 7.5h1M6 11h1M6 14.5h1M13 11h.5M13 14.5h.5" />,
	out: <path d="M12 6V3.5H3.5v13H12V14M8 10h9.5M14.5 7l3 3-3 3" />,
	phone: <><rect x="5.5" y="2" width="9" height="16" rx="2" /><path d="M9 15.2h2" /></>,
	plus: <path d="M10 4v12M4 10h12" />,
	print: <path d="M6 7V2.5h8V7M6 14H3V8.5A1.5 1.5 0 0 1 4.5 7h11A1.5 1.5 0 0 1 17 8.5V14h-3M6 11.5h8v6H6z" />,
	push: <><rect x="4" y="5" width="8" height="13" rx="2" /><path d="M7.3 15.2h1.4M12.5 2.2a5 5 0 0 1 5 5M12.5 5a2.3 2.3 0 0 1 2.2 2.2" /></>,
	refresh: <path d="M16.5 8A6.7 6.7 0 0 0 4.3 6.5M3.5 3v4h4M3.5 12a6.7 6.7 0 0 0 12.2 1.5M16.5 17v-4h-4" />,
	right: <path d="m7.5 4 6 6-6 6" />,
	rules: <path d="M3 5h8M3 10h5M3 15h8M14 3.5v13M11.5 14l2.5 2.5 2.5-2.5" />,
	search: <><circle cx="9" cy="9" r="5.5" /><path d="m13.2 13.2 4 4" /></>,
	sort: <path d="M6.5 8 10 4.5 13.5 8M6.5 12l3.5 3.5 3.5-3.5" />,
	sheet: <path d="M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M7.5 9.5h2M11 9.5h2M7.5 12h2M11 12h2M7.5 14.5h2" />,
	shield: <path d="M10 2.5 4 5v4.5c0 4 2.6 6.7 6 8 3.4-1.3 6-4 6-8V5z" />,
	token: <><rect x="2" y="6" width="16" height="8" rx="3" /><path d="M5.5 9h6v2.4h-6zM15 10h.01" /></>,
	usb: <><rect x="6" y="6.5" width="8" height="11.5" rx="2.5" /><path d="M7.5 6.5V2h5v4.5M9.2 4h.01M10.8 4h.01" /><circle cx="10" cy="12" r="1.8" /></>,
	user: <><circle cx="10" cy="6.5" r="3.5" /><path d="M3.5 17c.6-3.5 3.2-5 6.5-5s5.9 1.5 6.5 5" /></>,
	users: <><circle cx="7.5" cy="7" r="3" /><path d="M2 16.5c.4-3 2.5-4.3 5.5-4.3s5.1 1.3 5.5 4.3M13 4.3a3 3 0 0 1 0 5.4M15 12.6c1.7.5 2.7 1.8 3 3.9" /></>,
	x: <path d="m5 5 10 10M15 5 5 15" />,
};

export type IconName = keyof typeof PATHS;

// Always beside a word, or in a button with an aria-label: that is what assistive technology reads.
export function Icon({ name }: { name: IconName })
{
	return <svg class="i" viewBox="0 0 20 20" aria-hidden="true">{PATHS[name]}</svg>;
}

export function Mark()
{
	return (
		<svg class="mark" viewBox="0 0 28 28" aria-hidden="true">
			<path class="a" d="M3 3h10v6h3v5h-4v5h3v6H3z" />
			<path class="b" d="M16.5 3.9H25v20.2h-6.5M16.5 3.9v4h3v7.2h-4v3h3v6" />
		</svg>
	);
}
