package import VoiceAPI

/// How tools are found, as in the reference's `selected_module.Intent`.
package enum IntentMode: Sendable {
    /// `function_call`: the model that answers calls tools itself.
    case functionCall
    /// `intent_llm`: a (small) model is asked first what the person wants; the answering model gets no tools.
    case classifier(any LanguageModel)
    /// `nointent`: no tools at all.
    case none
}
