#pragma once
// The Silero voice activity network (16 kHz, versions 5 and 6), computed for up to 16 devices side by side.
//
// Sixteen windows are the lanes of a vector, so each weight is fetched once for all of them. A window that is alone is
// computed the other way round: the outputs of a layer are the lanes.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    /// Most windows of one run.
    SileroLanes = 16,
    /// Samples of the window before that the network sees again.
    SileroContextSize = 64,
    /// New samples of one window: 32 ms.
    SileroWindowSize = 512,
    SileroInputSize = SileroContextSize + SileroWindowSize,
    /// Numbers that the network remembers of one device: 128 of `h`, then 128 of `c`.
    SileroStateSize = 256,
};

/// The weights as the model file has them, each row by row.
typedef struct SileroTensors {
    /// [258][256]: a windowed Fourier basis, cosines, then sines.
    const float *_Nonnull basis;
    /// [128][129][3], [64][128][3], [64][64][3], [128][64][3] with a bias for each output.
    const float *_Nonnull convolution[4];
    const float *_Nonnull convolutionBias[4];
    /// [512][128]: the gates input, forget, cell, output.
    const float *_Nonnull inputWeights;
    const float *_Nonnull hiddenWeights;
    const float *_Nonnull inputBias;
    const float *_Nonnull hiddenBias;
    /// [128] and [1].
    const float *_Nonnull output;
    const float *_Nonnull outputBias;
} SileroTensors;

/// Weights in the order in which they are used. Never changes, so any number of threads may run it.
typedef struct SileroNetwork SileroNetwork;

/// The intermediate results of one run at a time.
typedef struct SileroScratch SileroScratch;

/// How far `basis` is from the Fourier basis that its first row, the window, makes; the network is computed with a fast
/// Fourier transform, which is right only when this is small (the model's own rounding is below 1e-5).
float silero_basis_error(const float *_Nonnull basis);

/// Copies the weights; null when there is no memory.
SileroNetwork *_Nullable silero_network_create(const SileroTensors *_Nonnull tensors);
void silero_network_free(SileroNetwork *_Nullable network);

SileroScratch *_Nullable silero_scratch_create(void);
void silero_scratch_free(SileroScratch *_Nullable scratch);

/// Runs `count` windows, 1…16.
///
/// `input` holds rows of `SileroInputSize` samples in −1…1, `state` rows of `SileroStateSize`, replaced by the new state,
/// and `output` gets a probability for each row.
void silero_run(
    const SileroNetwork *_Nonnull network, SileroScratch *_Nonnull scratch, const float *_Nonnull input,
    float *_Nonnull state, float *_Nonnull output, int32_t count);

/// The instruction set that `silero_run` uses on this machine, for people.
const char *_Nonnull silero_instruction_set(void);

/// Instruction sets that this machine has, 1 at least; and a run on one of them, 0 being the one that every machine has.
/// For tests.
int32_t silero_instruction_sets(void);
void silero_run_on(
    int32_t set, const SileroNetwork *_Nonnull network, SileroScratch *_Nonnull scratch, const float *_Nonnull input,
    float *_Nonnull state, float *_Nonnull output, int32_t count);

#ifdef __cplusplus
}
#endif
