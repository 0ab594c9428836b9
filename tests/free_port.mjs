// A port of this machine that nobody has, for a server that is started, and perhaps started again, on it.
// Not one of those that Linux gives to clients (from 32768): a connection may hold that while the server
// is down, and a client that looks there for it now and then reaches itself.
import net from 'node:net';
import { randomInt } from 'node:crypto';

const tryPort = (port) => new Promise((resolve, reject) => {
	const probe = net.createServer().once('error', reject).listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
});

export async function freePort()
{
	for (let tries = 100; ; tries--) {
		try {
			return await tryPort(randomInt(20000, 32768));
		} catch (error) {
			if (error.code !== 'EADDRINUSE' || tries === 0)
				throw error;
		}
	}
}
