# The commands of this repository; each target installs the packages that it needs. Settings follow
# the target: make run PORT=8000 MODEL=cpu|endpoint SAMPLES=folder XRAY_LOCAL_DIR=folder PREFIX=/dev.
# PYTHON= chooses the interpreter.
PYTHON ?= python3
IN := .venv/bin/python
# Python stores bytecode, also where the environment forbids it: otherwise each process compiles CDK or
# TensorFlow again, which takes five seconds.
export PYTHONDONTWRITEBYTECODE :=
ENDPOINT := $(if $(filter endpoint,$(MODEL)),.venv/.training)
DEPLOY = $(IN) -m deploy $@ --stage $(or $(STAGE),dev)
LOCK := $(IN) -m uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --generate-hashes

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/.run ## Install everything that `make run` needs, and start nothing
	@$(IN) -m local.cli.prepare

run: .venv/.run $(ENDPOINT) ## Start the whole system on this machine; Ctrl-C stops it
	@exec $(IN) -m local.run

test: .venv/.test ## Install what the tests need and run them (ARGS="tests/ui -k login", COVERAGE=1)
	@$(IN) -m local.cli.browser && $(IN) -m local.cli.dcmtk
	@$(IN) -m pytest $(if $(COVERAGE),--cov --cov-report=) \
		$(or $(ARGS),--numprocesses 3 --dist loadfile --no-loadscope-reorder)
	@$(if $(COVERAGE),$(IN) -m local.cli.coverage)

faults: .venv/.test ## Upload N files while faults are injected, and check every guarantee (N=50 SEED=1)
	@$(IN) -m reliability.faults $(or $(N),50) --seed $(or $(SEED),1)

fuzz: .venv/.test ## Decode N files that are corrupted at random (N=5000 SEED=1 EXAMPLES=folder)
	@$(IN) -m reliability.fuzz $(or $(N),5000) --seed $(or $(SEED),1) $(if $(EXAMPLES),--examples $(EXAMPLES))

attack: .venv/.test ## Try to break into a system of its own, with a table of what was tried (SEED=1)
	@$(IN) -m reliability.attack --seed $(or $(SEED),1)

alarm-days: .venv/.test ## Evaluate the alarms on days with and without faults, and print the table
	@$(IN) -m reliability.alarm_days

drift-drill: .venv/.test ## Replay changes of a hospital's films, and count what drift notices (XRAY_DATA=folder)
	@$(IN) -m reliability.drift_drill

half-year: .venv/.test ## Simulate half a year of a hospital: drift, recalibration, new models, a rollback (XRAY_DATA=folder)
	@$(IN) -m reliability.half_year $(ARGS)

load: .venv/.test ## Simulate doctors who work at once, and measure each step (DOCTORS=20 SECONDS=180)
	@$(IN) -m reliability.load $(or $(DOCTORS),20) --seconds $(or $(SECONDS),180)

audit-ui: .venv/.test ## Check each page with axe-core, and N times with Lighthouse (RUNS=5)
	@$(IN) -m local.cli.browser
	@$(IN) -m benchmarks.audit_ui --runs $(or $(RUNS),5) $(ARGS)

canary: .venv/.run ## Go a doctor's whole way through the running system once, with a synthetic film
	@$(IN) -m local.cli.canary

screen: .venv/.run $(if $(findstring endpoint,$(FILES)),.venv/.training) ## Screen files and folders (FILES="a.jpeg folder/ b.dcm")
	@$(IN) -m local.screen $(FILES)

sample: .venv/.run ## Write synthetic chest X-rays to try the system with (FOLDER=samples)
	@$(IN) -m local.cli.sample $(FOLDER)

train: .venv/.training ## Train a model into build/training (RECIPE=default DATA=folder ARGS="--set epochs=2")
	@$(IN) -m training --recipe $(or $(RECIPE),default) $(if $(DATA),--data "$(DATA)") $(ARGS)

collect: .venv/.training ## Make a data set of a stage's reviewed films, to train on (STAGE=dev OUT=folder ARGS="--base DATA")
	@$(IN) -m training.collect $(or $(STAGE),dev) --out "$(OUT)" $(ARGS)

mlflow: .venv/.mlflow ## Open MLflow's pages on the runs of this machine (MLFLOW_TRACKING_URI=sqlite:///build/mlflow.db PORT=5000)
	@mkdir -p build && MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false \
		$(IN) -m mlflow ui --workers 1 --port $(or $(PORT),5000) \
		--backend-store-uri $(or $(MLFLOW_TRACKING_URI),sqlite:///build/mlflow.db)

evaluate: .venv/.training ## Evaluate models on the test set and write training/reports (MODELS="models build/training/default" DATA=folder)
	@$(IN) -m training.evaluate $(MODELS) $(if $(DATA),--data "$(DATA)") $(ARGS)

accept: .venv/.training $(if $(STAGE),.venv/.sagemaker) ## Test a model on a site's labelled films (DATA=folder MODEL=folder-or-version STAGE=dev ARGS="--prevalence 0.1")
	@$(IN) -m training.accept --data "$(DATA)" --model "$(or $(MODEL),models)" $(if $(STAGE),--stage $(STAGE)) $(ARGS)

compare: .venv/.training .venv/.sagemaker ## Compare models on validation films, the baseline first (MODELS="models build/training/default" DATA=folder ARGS="--stage dev")
	@$(IN) -m training.compare $(MODELS) $(if $(DATA),--data "$(DATA)") $(ARGS)

gate: .venv/.training .venv/.sagemaker ## Judge whether a model may follow the one that answers (MODEL=folder-or-version DATA=folder ARGS="--stage dev")
	@$(IN) -m training.gate $(MODEL) $(if $(DATA),--data "$(DATA)") $(ARGS)

tune: .venv/.training $(if $(STAGE),.venv/.sagemaker) ## Search better settings of a recipe (RECIPE=head TRIALS=20 DATA=folder; STAGE=dev ARGS="--parallel 4" by jobs)
	@$(IN) -m training.tune --recipe $(or $(RECIPE),head) --trials $(or $(TRIALS),20) $(if $(DATA),--data "$(DATA)") $(if $(STAGE),--stage $(STAGE)) $(ARGS)

launch: .venv/.sagemaker ## Train in SageMaker (STAGE=dev RECIPE=default ARGS="--spot --wait")
	@$(IN) -m training.launch --stage $(or $(STAGE),dev) --recipe $(or $(RECIPE),default) $(if $(DATA),--data "$(DATA)") $(ARGS)

pipeline: .venv/.sagemaker $(if $(filter upsert start,$(DO)),,.venv/.training) ## Train, then register or refuse by the AUC (DO=upsert, start or run, STAGE=dev RECIPE=default)
	@$(IN) -m training.pipeline $(or $(DO),run) --stage $(or $(STAGE),dev) $(if $(filter start,$(DO)),,--recipe $(or $(RECIPE),default)) $(if $(DATA),--data "$(DATA)") $(ARGS)

register: .venv/.sagemaker ## Register a model in a stage, pending approval (STAGE=dev MODEL=folder-or-job DATA=folder; FROM=dev copies a version)
	@$(IN) -m training.register --stage $(or $(STAGE),dev) $(MODEL) $(if $(FROM),--from-stage $(FROM)) $(if $(DATA),--data "$(DATA)") $(ARGS)

promote: .venv/.sagemaker ## Make a version the current model of a stage (STAGE=dev VERSION=default-0123abcd WHY="approved, as ...")
	@$(IN) -m training.promote --stage $(or $(STAGE),dev) $(VERSION) $(if $(WHY),--approve "$(WHY)") $(ARGS)

versions: .venv/.sagemaker ## List a stage's versions with figures and approvals (STAGE=dev)
	@$(IN) -m training.versions --stage $(or $(STAGE),dev)

show: .venv/.sagemaker ## Show a version beside the one that answers (STAGE=dev VERSION=default-0123abcd)
	@$(IN) -m training.show --stage $(or $(STAGE),dev) $(VERSION)

lineage: .venv/.sagemaker ## Follow an answer back to model, data, job and reviews (STAGE=dev ID=radiograph-or-version)
	@$(IN) -m training.lineage --stage $(or $(STAGE),dev) $(ID)

synth: .venv/.cloud ## Synthesise both stages, and print resources, costs and rules not met
	@$(IN) -m deploy.synth

prices: .venv/.cloud ## Read the prices of the cost table anew from AWS's price list, and update the table
	@$(IN) -m deploy.price_list; status=$$?; test $$status = 2 || $(IN) -m deploy.cost_table; exit $$status

bootstrap: .venv/.cloud ## Prepare an account and region for CDK, once (STAGE=dev)
	@$(DEPLOY)

diff: .venv/.cloud ## Show what a deploy would change (STAGE=dev)
	@$(DEPLOY)

deploy: .venv/.cloud ## Check the account and settings, then deploy (STAGE=dev, YES=1 asks nothing)
	@$(DEPLOY) $(if $(ARGS),-- $(ARGS))

smoke: $(if $(STAGE),.venv/.cloud,.venv/.run) ## Go a doctor's whole way once with a synthetic film, after a deploy (STAGE=dev in AWS)
	@$(if $(STAGE),$(DEPLOY),$(IN) -m local.cli.canary)

destroy: .venv/.cloud ## Remove a stage with all its data, after a question (STAGE=dev)
	@$(DEPLOY)

user: .venv/.cloud ## Invite a user by e-mail (STAGE=dev EMAIL=name@hospital ROLE=doctor SITE=siteMain)
	@$(DEPLOY) --email "$(EMAIL)" --role "$(ROLE)" --site "$(SITE)"

forget: $(if $(STAGE),.venv/.cloud,.venv/.run) ## Delete a radiograph's images and identity (ID=..., STAGE=dev in AWS)
	@$(if $(STAGE),$(DEPLOY) --id "$(ID)",$(IN) -m local.cli.forget "$(ID)")

recalibrate: $(if $(STAGE),.venv/.cloud,.venv/.run) ## Fit a site to its doctors' reviews, after a question (SITE=siteNorth WHY="Dr. Example: ...", STAGE=dev in AWS, UNDO=1)
	@$(if $(STAGE),$(DEPLOY) --site "$(SITE)",$(IN) -m local.cli.recalibrate "$(SITE)") $(if $(WHY),--why "$(WHY)") $(if $(UNDO),--undo)

outcomes: $(if $(STAGE),.venv/.cloud,.venv/.run) ## Import what became known later of films, after a question (FILE=outcomes.csv SITE=siteNorth, STAGE=dev in AWS)
	@$(if $(STAGE),$(DEPLOY) --site "$(SITE)" --file "$(FILE)",$(IN) -m local.cli.outcomes "$(SITE)" "$(FILE)")

lint: .venv/.test ## Check style and types
	@$(IN) -m ruff check . && $(IN) -m ruff format --check . && $(IN) -m mypy

openapi: .venv/.test ## Write docs/openapi.json, the description of the API, from its routes
	@$(IN) -m deploy.openapi

translations: .venv/.test ## Bring the texts of each language up to date (NEW=fr begins a language)
	@$(IN) -m deploy.translations $(NEW)

sbom: .venv/.run .venv/.sbom ## Write a bill of materials (CycloneDX) for each artefact into build/sbom
	@$(IN) -m deploy.sbom

lock: .venv/bin/uv ## Pin the packages of each group in requirements/, from pyproject.toml
	@$(LOCK) -c requirements.txt --group everything -o requirements/everything.txt
	@for group in api screening canary ui run cloud job training jax mlflow sagemaker test sbom uv; do \
		$(LOCK) -c requirements/everything.txt --group $$group -o requirements/$$group.txt; done

clean-data: .venv/.run ## Remove all radiographs, answers and accounts of `make run`
	@$(IN) -m local.cli.clean_data

.venv/.%: requirements/%.txt | .venv/bin/uv
	@$(IN) -m local.cli.install $* && touch $@

.venv/bin/uv: | .venv/bin/python
	@$(IN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), and this needs Python 3.11, 3.12 or 3.13. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) cannot make an environment. Its venv module is missing (Debian, Ubuntu: apt install python3-venv), or name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }

.PHONY: help forget setup run test faults fuzz attack alarm-days drift-drill half-year load audit-ui canary openapi screen sample train mlflow collect evaluate compare gate accept tune launch pipeline register promote versions show lineage synth bootstrap diff deploy smoke destroy user recalibrate outcomes prices lint translations sbom lock clean-data
