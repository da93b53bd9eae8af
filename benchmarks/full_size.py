"""Video models at full size with random weights and small tokenizers, as the benchmark of diffusion builds them.

The configurations are those of the published weights, which are mostly the defaults of the classes in diffusers 0.42.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,:;'-"
_T5: dict[str, Any] = {
    "vocab_size": 32128,
    "d_model": 4096,
    "d_kv": 64,
    "d_ff": 10240,
    "num_layers": 24,
    "num_heads": 64,
    "feed_forward_proj": "gated-gelu",
}


def _t5_tokenizer() -> Any:
    from transformers import T5TokenizerFast

    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((char, -8.0) for char in LETTERS)]
    return T5TokenizerFast(vocab=vocab, extra_ids=0)


def _t5() -> dict[str, Any]:
    from transformers import T5Config, T5EncoderModel

    return {"tokenizer": _t5_tokenizer(), "text_encoder": T5EncoderModel(T5Config(**_T5))}


def cogvideox() -> Any:
    """CogVideoX-5B: 42 layers of 48 heads."""
    from diffusers import AutoencoderKLCogVideoX, CogVideoXDPMScheduler, CogVideoXPipeline, CogVideoXTransformer3DModel

    return CogVideoXPipeline(
        **_t5(),
        vae=AutoencoderKLCogVideoX(scaling_factor=0.7),
        transformer=CogVideoXTransformer3DModel(
            num_attention_heads=48, num_layers=42, use_rotary_positional_embeddings=True
        ),
        scheduler=CogVideoXDPMScheduler(),
    )


def ltx() -> Any:
    """LTX-Video 2B, as the classes' own defaults have it."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    return LTXPipeline(
        **_t5(),
        vae=AutoencoderKLLTXVideo(),
        transformer=LTXVideoTransformer3DModel(),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    )


def ltx_distilled() -> Any:
    """LTX-Video 13B, with the decoder that came with 0.9.5.

    Source: github.com/huggingface/diffusers scripts/convert_ltx_to_diffusers.py, in a copy.
    """
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXConditionPipeline,
        LTXVideoTransformer3DModel,
    )

    return LTXConditionPipeline(
        **_t5(),
        vae=AutoencoderKLLTXVideo(
            block_out_channels=(128, 256, 512, 1024, 2048),
            down_block_types=("LTXVideo095DownBlock3D",) * 4,
            decoder_block_out_channels=(256, 512, 1024),
            layers_per_block=(4, 6, 6, 2, 2),
            decoder_layers_per_block=(5, 5, 5, 5),
            spatio_temporal_scaling=(True,) * 4,
            decoder_spatio_temporal_scaling=(True,) * 3,
            decoder_inject_noise=(False,) * 4,
            downsample_type=("spatial", "temporal", "spatiotemporal", "spatiotemporal"),
            upsample_residual=(True,) * 3,
            upsample_factor=(2,) * 3,
            timestep_conditioning=True,
            spatial_compression_ratio=32,
            temporal_compression_ratio=8,
        ),
        transformer=LTXVideoTransformer3DModel(num_layers=48, attention_head_dim=128, cross_attention_dim=4096),
        scheduler=FlowMatchEulerDiscreteScheduler(),
    )


def hunyuan() -> Any:
    """HunyuanVideo, as the classes' own defaults have it, with a Llama of 8B and CLIP-L."""
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, LlamaConfig, LlamaModel, LlamaTokenizerFast

    words = ["<unk>", "<s>", "</s>", "<pad>", "▁", *LETTERS]
    marks = ["<|startoftext|>", "<|endoftext|>"]
    clip = {token: place for place, token in enumerate([*LETTERS, *(char + "</w>" for char in LETTERS), *marks])}
    llama = LlamaConfig(
        vocab_size=128320,
        hidden_size=4096,
        intermediate_size=14336,
        num_hidden_layers=32,
        num_attention_heads=32,
        num_key_value_heads=8,
        pad_token_id=3,
    )
    clip_config = CLIPTextConfig(
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        projection_dim=768,
        bos_token_id=clip[marks[0]],
        eos_token_id=clip[marks[1]],
        pad_token_id=clip[marks[1]],
    )
    return HunyuanVideoPipeline(
        text_encoder=LlamaModel(llama),
        tokenizer=LlamaTokenizerFast(
            vocab={word: place for place, word in enumerate(words)},
            merges=[],
            legacy=False,
            pad_token="<pad>",  # noqa: S106 - no secret
        ),
        transformer=HunyuanVideoTransformer3DModel(),
        vae=AutoencoderKLHunyuanVideo(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder_2=CLIPTextModel(clip_config),
        tokenizer_2=CLIPTokenizer(vocab=clip, merges=[], model_max_length=77),
    )


def _wan(transformer: dict[str, int], vae: dict[str, Any], **pipeline: Any) -> Any:
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanPipeline, WanTransformer3DModel
    from transformers import UMT5Config, UMT5EncoderModel

    return WanPipeline(
        tokenizer=_t5_tokenizer(),
        text_encoder=UMT5EncoderModel(UMT5Config(**{**_T5, "vocab_size": 256384})),
        vae=AutoencoderKLWan(**vae),
        transformer=WanTransformer3DModel(num_layers=30, **transformer),
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0),
        **pipeline,
    )


def wan21() -> Any:
    """Wan2.1 T2V 1.3B."""
    return _wan({"num_attention_heads": 12, "ffn_dim": 8960}, {})


def wan22() -> Any:
    """Wan2.2 TI2V 5B, with its decoder of 16x16 pixels a latent."""
    decoder = {
        "base_dim": 160,
        "decoder_base_dim": 256,
        "z_dim": 48,
        "is_residual": True,
        "in_channels": 12,
        "out_channels": 12,
        "patch_size": 2,
        "scale_factor_spatial": 16,
        "latents_mean": [0.0] * 48,
        "latents_std": [1.0] * 48,
    }
    transformer = {"num_attention_heads": 24, "ffn_dim": 14336, "in_channels": 48, "out_channels": 48}
    return _wan(transformer, decoder, expand_timesteps=True)


def hunyuan_15() -> Any:
    """HunyuanVideo-1.5 at 480p, as the classes' own defaults have it, with Qwen2.5-VL-7B's language model and ByT5."""
    from diffusers import (
        AutoencoderKLHunyuanVideo15,
        ClassifierFreeGuidance,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideo15Pipeline,
        HunyuanVideo15Transformer3DModel,
    )
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import (
        ByT5Tokenizer,
        Qwen2_5_VLTextConfig,
        Qwen2_5_VLTextModel,
        Qwen2Tokenizer,
        T5Config,
        T5EncoderModel,
    )

    marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    bytes_of = {token: place for place, token in enumerate([*sorted(ByteLevel.alphabet()), *marks])}
    tokenizer = Qwen2Tokenizer(vocab=bytes_of, merges=[])
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    qwen = Qwen2_5_VLTextConfig(
        vocab_size=152064,
        hidden_size=3584,
        intermediate_size=18944,
        num_hidden_layers=28,
        num_attention_heads=28,
        num_key_value_heads=4,
        rope_parameters={
            "type": "default",
            "rope_type": "default",
            "mrope_section": [16, 24, 24],
            "rope_theta": 1e6,
        },
    )
    byt5: dict[str, Any] = {
        "vocab_size": 384,
        "d_model": 1472,
        "d_kv": 64,
        "d_ff": 3584,
        "num_layers": 12,
        "num_heads": 6,
        "feed_forward_proj": "gated-gelu",
    }
    return HunyuanVideo15Pipeline(
        text_encoder=Qwen2_5_VLTextModel(qwen),
        tokenizer=tokenizer,
        transformer=HunyuanVideo15Transformer3DModel(task_type="t2v"),
        vae=AutoencoderKLHunyuanVideo15(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=5.0),
        text_encoder_2=T5EncoderModel(T5Config(**byt5)),
        tokenizer_2=ByT5Tokenizer(),
        guider=ClassifierFreeGuidance(guidance_scale=6.0),
    )


def ltx2() -> Any:
    """LTX-2 of 19B, as the classes' own defaults have it but for split rotary embeddings, with Gemma 3 of 12B."""
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        FlowMatchEulerDiscreteScheduler,
        LTX2Pipeline,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
    from transformers import (
        Gemma3Config,
        Gemma3ForConditionalGeneration,
        Gemma3TextConfig,
        GemmaTokenizerFast,
        SiglipVisionConfig,
    )

    words = ["<pad>", "<eos>", "<bos>", "<unk>", "▁", *LETTERS]
    text = Gemma3TextConfig(
        vocab_size=262208,
        hidden_size=3840,
        intermediate_size=15360,
        num_hidden_layers=48,
        num_attention_heads=16,
        num_key_value_heads=8,
        head_dim=256,
    )
    seen = SiglipVisionConfig(  # a text-to-video model looks at no picture
        hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, image_size=28, patch_size=14
    )
    return LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=AutoencoderKLLTX2Video(),
        audio_vae=AutoencoderKLLTX2Audio(),
        text_encoder=Gemma3ForConditionalGeneration(
            Gemma3Config(text_config=text, vision_config=seen, mm_tokens_per_image=4)
        ),
        tokenizer=GemmaTokenizerFast(vocab={word: place for place, word in enumerate(words)}, merges=[]),
        connectors=LTX2TextConnectors(rope_type="split"),
        transformer=LTX2VideoTransformer3DModel(rope_type="split"),
        vocoder=LTX2Vocoder(),
    )


BUILDERS: dict[str, Callable[[], Any]] = {
    "cogvideox-5b": cogvideox,
    "hunyuan": hunyuan,
    "hunyuan-1.5": hunyuan_15,
    "ltx": ltx,
    "ltx-distilled": ltx_distilled,
    "ltx2": ltx2,
    "wan2.1-1.3b": wan21,
    "wan2.2-5b": wan22,
}
