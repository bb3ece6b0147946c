#include "COnnxRuntime.h"

#include <stdio.h>
#include <stdlib.h>

// The oldest version of the table that has every slot below, so that newer and older libraries both serve it.
enum { TableVersion = 17 };

// Slots of OrtApi, checked against a header of API version 29 and by running them.
enum {
    SlotGetErrorMessage = 2,
    SlotCreateEnv = 3,
    SlotCreateSession = 7,
    SlotRun = 9,
    SlotCreateSessionOptions = 10,
    SlotSetIntraOpNumThreads = 24,
    SlotSetInterOpNumThreads = 25,
    SlotCreateTensorWithDataAsOrtValue = 49,
    SlotCreateCpuMemoryInfo = 69,
    SlotReleaseEnv = 92,
    SlotReleaseStatus = 93,
    SlotReleaseMemoryInfo = 94,
    SlotReleaseSession = 95,
    SlotReleaseValue = 96,
    SlotReleaseSessionOptions = 100,
};

typedef void (*Slot)(void);

struct OrtApiBase {
    const Slot *(*GetApi)(uint32_t version);
    const char *(*GetVersionString)(void);
};

extern const struct OrtApiBase *OrtGetApiBase(void);

// A null status is success.
typedef void *Status;

struct OnnxSession {
    const Slot *api;
    void *environment;
    void *options;
    void *memory;
    void *session;
};

static const char *errorMessage(const Slot *api, Status status) {
    return ((const char *(*)(Status))api[SlotGetErrorMessage])(status);
}

static void release(const Slot *api, int slot, void *object) {
    if (object) ((void (*)(void *))api[slot])(object);
}

// Takes the status, writes its message and frees it; 0 for success.
static int32_t failed(const Slot *api, Status status, char *message, int64_t capacity) {
    if (!status) return 0;
    snprintf(message, (size_t)capacity, "%s", errorMessage(api, status));
    release(api, SlotReleaseStatus, status);
    return 1;
}

const char *onnx_runtime_version(void) { return OrtGetApiBase()->GetVersionString(); }

OnnxSession *onnx_session_open(const char *path, int32_t threads, char *message, int64_t capacity) {
    const Slot *api = OrtGetApiBase()->GetApi(TableVersion);
    if (!api) {
        snprintf(message, (size_t)capacity, "ONNX Runtime %s does not offer API version %d", onnx_runtime_version(),
                 TableVersion);
        return NULL;
    }
    OnnxSession *self = calloc(1, sizeof *self);
    if (!self) {
        snprintf(message, (size_t)capacity, "out of memory");
        return NULL;
    }
    self->api = api;
    enum { LogErrors = 3, DeviceArena = 0, MemoryDefault = 0 };
    if (failed(api, ((Status(*)(int, const char *, void **))api[SlotCreateEnv])(LogErrors, "yuyan", &self->environment),
               message, capacity)
        || failed(api, ((Status(*)(void **))api[SlotCreateSessionOptions])(&self->options), message, capacity)
        || failed(api, ((Status(*)(void *, int))api[SlotSetIntraOpNumThreads])(self->options, threads), message, capacity)
        || failed(api, ((Status(*)(void *, int))api[SlotSetInterOpNumThreads])(self->options, 1), message, capacity)
        || failed(api, ((Status(*)(int, int, void **))api[SlotCreateCpuMemoryInfo])(DeviceArena, MemoryDefault, &self->memory),
                  message, capacity)
        || failed(api, ((Status(*)(void *, const char *, void *, void **))api[SlotCreateSession])(
                           self->environment, path, self->options, &self->session), message, capacity)) {
        onnx_session_close(self);
        return NULL;
    }
    return self;
}

static int32_t wrap(const OnnxSession *self, const OnnxTensor *tensors, int64_t count, const char **names,
                    void **values, char *message, int64_t capacity) {
    for (int64_t i = 0; i < count; i++) {
        const OnnxTensor *tensor = &tensors[i];
        names[i] = tensor->name;
        typedef Status (*Create)(void *, void *, size_t, const int64_t *, size_t, int, void **);
        Status status = ((Create)self->api[SlotCreateTensorWithDataAsOrtValue])(
            self->memory, tensor->data, (size_t)tensor->byteCount, tensor->shape, (size_t)tensor->rank,
            (int)tensor->element, &values[i]);
        if (failed(self->api, status, message, capacity)) return 1;
    }
    return 0;
}

int32_t onnx_session_run(const OnnxSession *self, const OnnxTensor *inputs, int64_t inputCount,
                         const OnnxTensor *outputs, int64_t outputCount, char *message, int64_t capacity) {
    if (inputCount > OnnxTensorLimit || outputCount > OnnxTensorLimit) {
        snprintf(message, (size_t)capacity, "more than %d tensors", OnnxTensorLimit);
        return 1;
    }
    const char *inputNames[OnnxTensorLimit], *outputNames[OnnxTensorLimit];
    void *inputValues[OnnxTensorLimit] = {0}, *outputValues[OnnxTensorLimit] = {0};
    int32_t result = wrap(self, inputs, inputCount, inputNames, inputValues, message, capacity);
    if (!result) result = wrap(self, outputs, outputCount, outputNames, outputValues, message, capacity);
    if (!result) {
        typedef Status (*Run)(void *, const void *, const char *const *, void *const *, size_t, const char *const *,
                              size_t, void **);
        Status status = ((Run)self->api[SlotRun])(self->session, NULL, inputNames, inputValues, (size_t)inputCount,
                                                  outputNames, (size_t)outputCount, outputValues);
        result = failed(self->api, status, message, capacity);
    }
    for (int64_t i = 0; i < inputCount; i++) release(self->api, SlotReleaseValue, inputValues[i]);
    for (int64_t i = 0; i < outputCount; i++) release(self->api, SlotReleaseValue, outputValues[i]);
    return result;
}

void onnx_session_close(OnnxSession *self) {
    if (!self) return;
    release(self->api, SlotReleaseSession, self->session);
    release(self->api, SlotReleaseMemoryInfo, self->memory);
    release(self->api, SlotReleaseSessionOptions, self->options);
    release(self->api, SlotReleaseEnv, self->environment);
    free(self);
}
