#include "CSilero.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"

// Every function that takes a vector is inlined, so no vector crosses a call.
#pragma clang diagnostic ignored "-Wpsabi"

// Up to so many windows are computed one after the other.
#ifndef SingleLimit
#define SingleLimit 4
#endif

typedef void Run(const SileroNetwork *, SileroScratch *, const float *, float *, float *, int);

#define SET(name) base_##name
#define Tile 2
#include "kernel.inc"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define SET(name) avx2_##name
#define Tile 4
#include "kernel.inc"
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx2,fma"))), apply_to = function)
#define SET(name) avx512_##name
#define Tile 8
#include "kernel.inc"
#pragma clang attribute pop
#endif

typedef struct InstructionSet {
    const char *name;
    Run *run;
} InstructionSet;

static const InstructionSet sets[] = {
    {"baseline", base_run},
#if defined(__x86_64__)
    {"AVX2", avx2_run},
    {"AVX-512", avx512_run},
#endif
};

int32_t silero_instruction_sets(void) {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") ? 3 : 2;
#else
    return 1;
#endif
}

const char *silero_instruction_set(void) { return sets[silero_instruction_sets() - 1].name; }

void silero_run_on(
    int32_t set, const SileroNetwork *network, SileroScratch *scratch, const float *input, float *state, float *output,
    int32_t count) {
    sets[set].run(network, scratch, input, state, output, count);
}

void silero_run(
    const SileroNetwork *network, SileroScratch *scratch, const float *input, float *state, float *output, int32_t count) {
    silero_run_on(silero_instruction_sets() - 1, network, scratch, input, state, output, count);
}

// MARK: - Weights

static const double turn = 6.283185307179586;

float silero_basis_error(const float *basis) {
    double worst = 0;
    for (int bin = 0; bin < Bins; bin++) {
        for (int n = 0; n < FrameSize; n++) {
            double angle = turn * ((bin * n) % FrameSize) / FrameSize;
            // The sign of the sines does not matter to a magnitude.
            double c = fabs(basis[bin * FrameSize + n] - basis[n] * cos(angle));
            double s = fabs(fabs(basis[(Bins + bin) * FrameSize + n]) - fabs(basis[n] * sin(angle)));
            // Also true for a number that is none.
            if (!(c <= worst)) worst = c;
            if (!(s <= worst)) worst = s;
        }
    }
    return (float)worst;
}

static void *zeros(size_t size) {
    size = (size + 63) / 64 * 64;
    void *memory = aligned_alloc(64, size);
    if (memory) memset(memory, 0, size);
    return memory;
}

static int allocate(Dense *layer, int outputs, int inputs) {
    layer->outputs = outputs;
    layer->inputs = inputs;
    layer->weights = zeros(sizeof(float) * (size_t)outputs * (size_t)inputs);
    layer->bias = zeros(sizeof(float) * (size_t)outputs);
    return layer->weights && layer->bias;
}

static void set(Dense *layer, int output, int input, float weight) {
    layer->weights[(output / Block * layer->inputs + input) * Block + output % Block] = weight;
}

SileroNetwork *silero_network_create(const SileroTensors *tensors) {
    static const int channels[Layers + 1] = {Bins, 128, 64, 64, 128};
    SileroNetwork *self = zeros(sizeof *self);
    if (!self) return NULL;
    int complete = allocate(&self->gates, Gates, 2 * Hidden);
    for (int i = 0; i < Layers; i++) complete &= allocate(&self->convolution[i], channels[i + 1], 3 * channels[i]);
    if (!complete) {
        silero_network_free(self);
        return NULL;
    }
    for (int k = 0; k < Points; k++) {
        self->cosine128[k] = (float)cos(turn * k / Points);
        self->sine128[k] = (float)sin(turn * k / Points);
    }
    for (int k = 0; k < Bins; k++) {
        self->cosine256[k] = (float)cos(turn * k / FrameSize);
        self->sine256[k] = (float)sin(turn * k / FrameSize);
    }
    memcpy(self->window, tensors->basis, sizeof self->window);
    for (int i = 0; i < Layers; i++) {
        Dense *layer = &self->convolution[i];
        for (int output = 0; output < layer->outputs; output++) {
            layer->bias[output] = tensors->convolutionBias[i][output];
            for (int channel = 0; channel < channels[i]; channel++) {
                for (int tap = 0; tap < 3; tap++) {
                    float weight = tensors->convolution[i][(output * channels[i] + channel) * 3 + tap];
                    set(layer, output, tap * channels[i] + channel, weight);
                }
            }
        }
    }
    for (int gate = 0; gate < Gates; gate++) {
        self->gates.bias[gate] = tensors->inputBias[gate] + tensors->hiddenBias[gate];
        for (int n = 0; n < Hidden; n++) {
            set(&self->gates, gate, n, tensors->inputWeights[gate * Hidden + n]);
            set(&self->gates, gate, Hidden + n, tensors->hiddenWeights[gate * Hidden + n]);
        }
    }
    memcpy(self->output, tensors->output, sizeof self->output);
    self->outputBias = tensors->outputBias[0];
    return self;
}

void silero_network_free(SileroNetwork *self) {
    if (!self) return;
    for (int i = 0; i < Layers; i++) {
        free(self->convolution[i].weights);
        free(self->convolution[i].bias);
    }
    free(self->gates.weights);
    free(self->gates.bias);
    free(self);
}

SileroScratch *silero_scratch_create(void) { return zeros(sizeof(SileroScratch)); }

void silero_scratch_free(SileroScratch *scratch) { free(scratch); }
