# Two commands: `make demo` tries the service, `make test` runs everything that CI runs.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
# On Linux without a GPU, name the CPU wheel index of PyTorch's installation page here
# (TORCH_OPTIONS="--index-url ...") to save several gigabytes of CUDA libraries.
TORCH_OPTIONS ?=
PORT ?= 8000

.PHONY: setup demo test check lock format clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps $(TORCH_OPTIONS) $(TORCH)
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m data.build
	$(BIN)/python -m models.search.build
	touch $@

demo: setup
	$(BIN)/chartcode serve --demo --port $(PORT)

test: setup
	sh tests/browser.sh
	$(MAKE) check
	PYTHONHASHSEED=0 $(BIN)/pytest -n 2 --dist loadfile

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# torch and its CUDA parts stay out of the lock, so that the build of torch remains the installer's choice.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url -o requirements.lock \
	  $(addprefix --no-emit-package ,torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas \
	  nvidia-cuda-cupti nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile \
	  nvidia-curand nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink \
	  nvidia-nvshmem-cu13 nvidia-nvtx)

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
