# Build: docker build -t chartcode .
# Run:   docker run -p 127.0.0.1:8000:8000 -v chartcode:/var/lib/chartcode chartcode
# On Linux without a GPU, --build-arg TORCH_OPTIONS="--index-url ..." names the CPU wheel index of PyTorch's
# installation page and saves several gigabytes.
FROM python:3.11-slim AS build
ARG TORCH_OPTIONS=""
WORKDIR /src
RUN python -m venv /opt/chartcode
COPY requirements.lock ./
RUN /opt/chartcode/bin/pip install --no-cache-dir --no-deps ${TORCH_OPTIONS} torch==2.13.0 \
 && /opt/chartcode/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
RUN /opt/chartcode/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /var/lib/chartcode chartcode
COPY --from=build /opt/chartcode /opt/chartcode
ENV PATH=/opt/chartcode/bin:$PATH \
    CHARTCODE_HOME=/var/lib/chartcode \
    MLFLOW_DISABLE_TELEMETRY=true \
    PYTHONUNBUFFERED=1
USER chartcode
VOLUME /var/lib/chartcode
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["chartcode", "serve", "--host", "0.0.0.0"]
