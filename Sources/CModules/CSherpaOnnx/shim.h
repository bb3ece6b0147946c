// Relative, so that a plain `swift build` and an editor find it without PKG_CONFIG_PATH.
#include "../../../.deps/include/sherpa-onnx/c-api/c-api.h"
