# Commands for development.

.PHONY: run test drill bench check setup advisories fmt queries web

# Builds kreis and its web client, and starts them with demo data. The build is that of the tests:
# quicker than a release, and `make test` continues with it.
run:
	@tools/install run
	$(MAKE) web
	cargo build --package kreis-standalone
	@echo
	@echo "kreis starts with demo data; open the address that the line 'ready: …' names and sign in as"
	@echo "economist@example.org or gatekeeper@example.org with kreis-demo-only. From another shell, here:"
	@echo "  .tools/grpcurl/bin/grpcurl -plaintext -d '{\"email\": \"economist@example.org\", \"password\": \"kreis-demo-only\"}' \\"
	@echo "    127.0.0.1:8080 kreis.auth.v1.AuthService/Login"
	@echo "Ctrl-C stops it."
	@echo
	KREIS_LOG="$${KREIS_LOG:-warn}" KREIS_WEB_DIR=web/dist "$$(tools/target-directory)/debug/kreis" serve --demo

# Builds the web client into web/dist.
web:
	cd web && npm ci --silent && npm run --silent build

# Runs all checks and tests: formatting, lints, the contract, and every test on a real Postgres.
# Continues after a failure; the last lines list the failures.
test:
	@tools/install tests
	cd web && npm ci --silent
	@tools/test

# Long tests, three hours on two cores. The drills break kreis on purpose and print promised and
# measured values; `--planted` shows that each drill can fail. The suites run repeatedly beside
# other work. Then come fuzzing, and random steps in the grid.
drill: test
	tools/drill
	tools/drill --planted
	tools/steady whole-stack --rounds 10
	tools/steady whole-stack --one-at-a-time
	tools/steady browser --rounds 5
	fuzz/run
	cd web && GRID_SEED=$$(date +%s) npm run --silent test:browser -- grid-model

# Measures kreis against its peers and its limits; see bench/README.md.
bench:
	@tools/install bench
	cargo build --quiet --release $(addprefix --package kreis-,standalone auth org kpi gateway bench-bare)
	bench/run

# Runs all checks that need no server. Installs nothing; `make setup` does that.
check:
	@tools/test check

# Installs what `make check` needs besides Rust and Node.
setup:
	@tools/install checks
	cd web && npm ci --silent

# Asks the RustSec database about every crate. Needs GitHub, and what `make setup` installs.
advisories:
	.tools/cargo-deny/bin/cargo-deny --locked check advisories

fmt:
	cargo fmt --all

# Writes the metadata of the checked queries again; needs Postgres with psql.
queries:
	tools/queries
