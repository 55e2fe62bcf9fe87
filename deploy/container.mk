# The image; included by the Makefile. Any of these builds it: podman, docker, buildah.
IMAGE_TOOL ?= $(firstword $(foreach t,podman docker buildah,$(if $(shell command -v $(t)),$(t))))

.PHONY: image
image: all
	$(Q)mkdir -p $(B)/container
	$(Q)deploy/container/make-root $(B)/container
	$(Q)[ -n "$(IMAGE_TOOL)" ] || { echo 'image: podman, docker or buildah is needed' >&2; exit 1; }
	$(Q)BUILDAH_FORMAT=docker $(IMAGE_TOOL) build -q -t potpress:$(VERSION) -f deploy/container/Containerfile $(B)/container
