# The few commands there are.

.PHONY: run test drill bench check fmt queries web

# Builds kreis and its web client and starts them with demo data.
run:
	@tools/install run
	$(MAKE) web
	cargo build --release --package kreis-standalone
	@echo
	@echo "kreis starts with demo data; open the address that the line 'ready: …' names and sign in as"
	@echo "economist@example.org or gatekeeper@example.org with kreis-demo-only. From another shell, here:"
	@echo "  .tools/grpcurl/bin/grpcurl -plaintext -d '{\"email\": \"economist@example.org\", \"password\": \"kreis-demo-only\"}' \\"
	@echo "    127.0.0.1:8080 kreis.auth.v1.AuthService/Login"
	@echo "Ctrl-C stops it."
	@echo
	KREIS_WEB_DIR=web/dist "$$(tools/target-directory)/release/kreis" serve --demo

# Builds the web client into web/dist.
web:
	cd web && npm ci --silent && npm run --silent build

# Everything: formatting, lints, the contract, and every test on a real Postgres. Goes on
# after a failure; the last lines say what failed.
test:
	@tools/install tests
	@tools/test

# Breaks kreis on purpose and prints what was promised beside what was measured, shows that each
# of these drills can fail, that the tests pass every time, beside other work, drives the grid
# with random steps, and throws bytes at whatever reads them: three hours on two cores.
drill: test
	tools/drill
	tools/drill --planted
	tools/steady whole-stack --rounds 10
	tools/steady whole-stack --one-at-a-time
	tools/steady browser --rounds 5
	fuzz/run
	cd web && GRID_SEED=$$(date +%s) npm run --silent test:browser -- grid-model

# Where kreis stands beside its peers and its limits; see bench/README.md.
bench:
	@tools/install bench
	cargo build --quiet --release $(addprefix --package kreis-,standalone auth org kpi gateway bench-bare)
	bench/run

# What needs no server.
check:
	@tools/install tests
	@tools/test check

fmt:
	cargo fmt --all

# Writes the checked queries' metadata anew; needs Postgres with psql.
queries:
	tools/queries
