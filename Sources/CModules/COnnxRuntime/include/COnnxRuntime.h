#pragma once
// The part of ONNX Runtime's C API that Yuyan uses.
//
// The runtime comes from a Python wheel that holds the library but not its header. Its API is a table of function
// pointers whose slots are only ever appended, so runtime.c declares the slots it needs by number, and this header
// offers one session with plain tensors to Swift.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded model. Safe to run from several threads at once, as ONNX Runtime promises for its sessions.
typedef struct OnnxSession OnnxSession;

/// Element types, with ONNX Runtime's own numbers.
typedef enum OnnxElement { OnnxElementFloat = 1, OnnxElementInt64 = 7 } OnnxElement;

/// A named tensor over memory of the caller, which must outlive the call it is passed to.
typedef struct OnnxTensor {
    const char *_Nonnull name;
    OnnxElement element;
    void *_Nonnull data;
    /// Bytes behind `data`.
    int64_t byteCount;
    int64_t shape[4];
    /// How many numbers of `shape` count; 0 is a scalar.
    int64_t rank;
} OnnxTensor;

/// Most tensors that one run takes, and most that it gives.
enum { OnnxTensorLimit = 4 };

/// The version of the loaded library, for logs; empty when it has none of ours.
const char *_Nonnull onnx_runtime_version(void);

/// Loads a model for the CPU.
///
/// `threads` is the number of threads inside one operator; 1 runs in the calling thread only.
/// Returns null and writes a message of at most `capacity` bytes, terminator included, when it fails.
OnnxSession *_Nullable onnx_session_open(
    const char *_Nonnull path, int32_t threads, char *_Nonnull message, int64_t capacity);

/// Runs the model once. Outputs are written into the memory of `outputs`, whose shapes must be the model's.
/// Returns 0, or another number and a message.
int32_t onnx_session_run(
    const OnnxSession *_Nonnull session, const OnnxTensor *_Nonnull inputs, int64_t inputCount,
    const OnnxTensor *_Nonnull outputs, int64_t outputCount, char *_Nonnull message, int64_t capacity);

/// Frees the model. No run may be under way.
void onnx_session_close(OnnxSession *_Nullable session);

#ifdef __cplusplus
}
#endif
