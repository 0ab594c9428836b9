# Sourced by the other scripts: the Node.js of PATH when it is 20 or newer, else the pinned one.
if [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -lt 20 ]; then
	PATH=$PWD/tools/node/node_modules/.bin:$PATH
	export PATH
fi
