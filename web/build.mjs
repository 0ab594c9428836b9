// Builds dist/ from src/, or with --check proves that the committed dist/ is what src/ builds to.
//
// dist/ holds one HTML document for every page of the portal and one for every page of the console,
// their assets under content-hashed names, a .br and a .gz beside each, and assets.tsv, which the C
// server reads to embed them.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from 'node:zlib';
import fs from 'node:fs';
import path from 'node:path';

const here = path.dirname(new URL(import.meta.url).pathname);
const dist = path.join(here, 'dist');

// style-src has no 'unsafe-inline' and no element carries a style attribute; forms never submit
// by themselves, so form-action is 'none'. dist/csp.txt is the one place that states the policy.
const CSP = [
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
	"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	"require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ');

const TYPES = {
	'.css': 'text/css; charset=utf-8',
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
};

const sha = (algorithm, bytes, encoding) => createHash(algorithm).update(bytes).digest(encoding);

function hashed(name, bytes)
{
	const { name: stem, ext } = path.parse(name);
	return `assets/${stem}-${sha('sha256', bytes, 'hex').slice(0, 12)}${ext}`;
}

// Document, entry, and the row of assets.tsv: "*" = every page of the portal, "/console/*" = the
// console's.
const DOCUMENTS = [
	{ html: 'index.html', entry: 'portal', url: '*' },
	{ html: 'console.html', entry: 'console', url: '/console/*' },
];

// Returns Map of path below dist/ → bytes: everything but the compressed copies.
async function make()
{
	const files = new Map();
	const version = (name) => JSON.parse(fs.readFileSync(path.join(here, 'node_modules', name, 'package.json'))).version;
	const notice = Buffer.from(`Countersign's pages contain Preact ${version('preact')}.\n\n` +
		fs.readFileSync(path.join(here, 'node_modules/preact/LICENSE'), 'utf8'));
	const noticeName = hashed('third-party.txt', notice);
	files.set(noticeName, notice);

	const mark = fs.readFileSync(path.join(here, 'src/mark.svg'));
	const markName = hashed('mark.svg', mark);
	files.set(markName, mark);

	const result = await build({
		absWorkingDir: here,
		entryPoints: DOCUMENTS.map(({ entry }) => `src/${entry}.tsx`),
		outdir: dist,
		bundle: true, minify: true, write: false, format: 'esm', charset: 'utf8',
		target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
		jsx: 'automatic', jsxImportSource: 'preact',
		legalComments: 'none', logLevel: 'warning',
		banner: { js: `/*! Third-party notices: /${noticeName} */` },
	});
	const name = {};
	for (const out of result.outputFiles) {
		const base = path.basename(out.path);
		const bytes = Buffer.from(out.contents);
		name[base] = hashed(base, bytes);
		files.set(name[base], bytes);
	}

	const sri = (file) => 'sha384-' + sha('sha384', files.get(file), 'base64');
	for (const { html, entry } of DOCUMENTS) {
		const [css, js] = [name[`${entry}.css`], name[`${entry}.js`]];
		files.set(html, Buffer.from(fs.readFileSync(path.join(here, 'src', html), 'utf8')
			.replace('{{css}}', '/' + css).replace('{{css-sri}}', sri(css))
			.replace('{{js}}', '/' + js).replace('{{js-sri}}', sri(js))
			.replace('{{mark}}', '/' + markName)));
	}

	// One row for each file: URL path, file below dist/,
	// Content-Type, Cache-Control, SHA-256 of the uncompressed bytes (for the ETag; add the
	// encoding's name to it for a compressed copy), encodings that lie beside the file.
	const rows = [...files.keys()].sort().map((file) => [
		DOCUMENTS.find(({ html }) => html === file)?.url ?? '/' + file, file, TYPES[path.extname(file)],
		file.endsWith('.html') ? 'no-cache' : 'public, max-age=31536000, immutable',
		sha('sha256', files.get(file), 'hex'), 'br,gz',
	].join('\t'));
	files.set('assets.tsv', Buffer.from(rows.join('\n') + '\n'));
	files.set('csp.txt', Buffer.from(CSP + '\n'));
	return files;
}

const compressed = (file) => !/\.(tsv)$|^csp\.txt$/.test(file);

function write(files)
{
	fs.rmSync(dist, { recursive: true, force: true });
	for (const [file, bytes] of files) {
		const to = path.join(dist, file);
		fs.mkdirSync(path.dirname(to), { recursive: true });
		fs.writeFileSync(to, bytes);
		if (!compressed(file))
			continue;
		fs.writeFileSync(to + '.br', brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
		fs.writeFileSync(to + '.gz', gzipSync(bytes, { level: 9 }));
	}
}

// The files themselves must be the same bytes. A compressed copy must hold them: its own bytes
// depend on the zlib and brotli inside node, which differ between node's versions.
function differences(files)
{
	const wanted = new Set();
	const wrong = [];
	const same = (file, bytes, unpack) => {
		wanted.add(file);
		try {
			if (!bytes.equals(unpack(fs.readFileSync(path.join(dist, file)))))
				wrong.push(`${file}: differs`);
		} catch (e) {
			wrong.push(`${file}: ${e.code ?? e.message}`);
		}
	};
	for (const [file, bytes] of files) {
		same(file, bytes, (b) => b);
		if (compressed(file)) {
			same(file + '.br', bytes, brotliDecompressSync);
			same(file + '.gz', bytes, gunzipSync);
		}
	}
	for (const entry of fs.readdirSync(dist, { recursive: true, withFileTypes: true })) {
		const file = path.relative(dist, path.join(entry.parentPath ?? entry.path, entry.name));
		if (entry.isFile() && !wanted.has(file))
			wrong.push(`${file}: not built from src/`);
	}
	return wrong;
}

const files = await make();
if (process.argv.includes('--check')) {
	const wrong = differences(files);
	for (const line of wrong)
		console.error(`dist/${line}`);
	if (wrong.length > 0) {
		console.error('dist/ is not what src/ builds to. Run "npm run build" and commit dist/.');
		process.exit(1);
	}
	console.log(`dist/ is what src/ builds to (${files.size} files).`);
} else {
	write(files);
	for (const [file, bytes] of files)
		console.log(`${String(bytes.length).padStart(7)}  dist/${file}`);
}
