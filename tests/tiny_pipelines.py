"""Every video model at tiny size: real diffusers and transformers classes, random weights, saved as real ones are."""

from __future__ import annotations

import atexit
import shutil
import string
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import torch
from popcorn.tools.video.diffusion.presets import Preset, presets
from popcorn.tools.video.types import Aspect

CHARS = string.ascii_lowercase + string.digits + ".,:;'-"


def _t5(texts: type[Any] | None = None, hidden: int = 32) -> tuple[Any, Any]:
    from transformers import T5Config, T5EncoderModel, T5TokenizerFast

    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((char, -8.0) for char in CHARS)]
    tokenizer = T5TokenizerFast(vocab=vocab, extra_ids=0)
    shape = {"vocab_size": 64, "d_model": hidden, "d_kv": 8, "d_ff": 37, "num_layers": 2, "num_heads": 4}
    if texts is None:
        return tokenizer, T5EncoderModel(T5Config(**shape))
    from transformers import UMT5Config

    return tokenizer, texts(UMT5Config(**shape))


def cogvideox() -> Any:
    """CogVideoX: 8x8 pixels a latent, 4 frames a latent."""
    from diffusers import AutoencoderKLCogVideoX, CogVideoXDDIMScheduler, CogVideoXPipeline, CogVideoXTransformer3DModel

    tokenizer, text_encoder = _t5()
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=4,
        attention_head_dim=16,
        in_channels=4,
        out_channels=4,
        time_embed_dim=2,
        text_embed_dim=32,
        num_layers=2,
        sample_width=12,
        sample_height=8,
        sample_frames=9,
        patch_size=2,
        max_text_seq_length=16,
        use_rotary_positional_embeddings=True,
    )
    kind = "CogVideoX{}Block3D"
    vae = AutoencoderKLCogVideoX(
        down_block_types=(kind.format("Down"),) * 4,
        up_block_types=(kind.format("Up"),) * 4,
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        sample_height=96,  # tiles of 6x10 latents, which their overlap divides evenly as at full size
        sample_width=160,
    )
    return CogVideoXPipeline(tokenizer, text_encoder, vae, transformer, CogVideoXDDIMScheduler())


def cogvideox_from_picture() -> Any:
    """CogVideoX I2V: the picture's latents stand beside those of the clip, and its positions are learned."""
    from diffusers import CogVideoXImageToVideoPipeline, CogVideoXTransformer3DModel

    parts = cogvideox().components
    config = dict(parts["transformer"].config) | {"in_channels": 8}
    transformer = CogVideoXTransformer3DModel.from_config(config)
    return CogVideoXImageToVideoPipeline(**(parts | {"transformer": transformer}))


def _ltx_parts(**vae: Any) -> dict[str, Any]:
    from diffusers import AutoencoderKLLTXVideo, FlowMatchEulerDiscreteScheduler, LTXVideoTransformer3DModel

    tokenizer, text_encoder = _t5()
    shape: dict[str, Any] = {
        "latent_channels": 8,
        "block_out_channels": (8, 8, 8, 8),
        "decoder_block_out_channels": (8, 8, 8, 8),
        "layers_per_block": (1, 1, 1, 1, 1),
        "decoder_layers_per_block": (1, 1, 1, 1, 1),
    }
    return {
        "tokenizer": tokenizer,
        "text_encoder": text_encoder,
        "scheduler": FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=not vae),
        "vae": AutoencoderKLLTXVideo(**{**shape, **vae}),
        "transformer": LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=4,
            attention_head_dim=8,
            cross_attention_dim=32,
            num_layers=2,
            caption_channels=32,
        ),
    }


def ltx() -> Any:
    """LTX-Video: 32x32 pixels a latent, 8 frames a latent."""
    from diffusers import LTXPipeline

    return LTXPipeline(**_ltx_parts())


def ltx_distilled() -> Any:
    """LTX-Video from 0.9.5 on: a decoder that is told how noisy its latents are."""
    from diffusers import LTXConditionPipeline

    return LTXConditionPipeline(**_ltx_parts(timestep_conditioning=True))


def hunyuan() -> Any:
    """HunyuanVideo: 8x8 pixels and 4 frames a latent."""
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, LlamaConfig, LlamaModel, LlamaTokenizerFast

    words = ["<unk>", "<s>", "</s>", "<pad>", "▁", *CHARS]
    llama_vocabulary = {word: number for number, word in enumerate(words)}
    tokenizer = LlamaTokenizerFast(vocab=llama_vocabulary, merges=[], legacy=False, pad_token="<pad>")
    marks = ["<|startoftext|>", "<|endoftext|>"]
    clip_vocabulary = {
        token: number for number, token in enumerate([*CHARS, *(char + "</w>" for char in CHARS), *marks])
    }
    tokenizer_2 = CLIPTokenizer(vocab=clip_vocabulary, merges=[], model_max_length=77)
    start, end = (clip_vocabulary[mark] for mark in marks)
    return HunyuanVideoPipeline(
        text_encoder=LlamaModel(
            LlamaConfig(
                vocab_size=64,
                hidden_size=16,
                intermediate_size=37,
                num_hidden_layers=3,
                num_attention_heads=4,
                num_key_value_heads=4,
                pad_token_id=3,
            )
        ),
        tokenizer=tokenizer,
        transformer=HunyuanVideoTransformer3DModel(
            in_channels=4,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=10,
            num_layers=1,
            num_single_layers=1,
            num_refiner_layers=1,
            text_embed_dim=16,
            pooled_projection_dim=8,
            rope_axes_dim=(2, 4, 4),
        ),
        vae=AutoencoderKLHunyuanVideo(
            latent_channels=4,
            block_out_channels=(8, 8, 8, 8),
            layers_per_block=1,
            norm_num_groups=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder_2=CLIPTextModel(
            CLIPTextConfig(
                vocab_size=len(clip_vocabulary),
                hidden_size=8,
                intermediate_size=37,
                num_hidden_layers=2,
                num_attention_heads=4,
                max_position_embeddings=77,
                projection_dim=32,
                bos_token_id=start,
                eos_token_id=end,
                pad_token_id=end,
            )
        ),
        tokenizer_2=tokenizer_2,
    )


def _wan(vae: dict[str, Any], channels: int, **pipeline: Any) -> Any:
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanPipeline, WanTransformer3DModel
    from transformers import UMT5EncoderModel

    tokenizer, text_encoder = _t5(UMT5EncoderModel)
    return WanPipeline(
        tokenizer=tokenizer,
        text_encoder=text_encoder,
        vae=AutoencoderKLWan(
            base_dim=3,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
            z_dim=channels,
            latents_mean=[0.0] * channels,
            latents_std=[1.0] * channels,
            **vae,
        ),
        transformer=WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=channels,
            out_channels=channels,
            text_dim=32,
            freq_dim=256,
            ffn_dim=32,
            num_layers=2,
        ),
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0),
        **pipeline,
    )


def wan21() -> Any:
    """Wan2.1: 8x8 pixels and 4 frames a latent."""
    return _wan({}, 16)


def wan22() -> Any:
    """Wan2.2 TI2V: 16x16 pixels a latent, a time for every token."""
    patched = {"is_residual": True, "in_channels": 12, "out_channels": 12, "patch_size": 2, "scale_factor_spatial": 16}
    return _wan(patched, 16, expand_timesteps=True)


def hunyuan_15() -> Any:
    """HunyuanVideo-1.5: 16x16 pixels and 4 frames a latent, guidance by a guider, two text encoders."""
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

    letters = sorted(ByteLevel.alphabet())
    marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocabulary = {token: number for number, token in enumerate([*letters, *marks])}
    tokenizer = Qwen2Tokenizer(vocab=vocabulary, merges=[])
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    return HunyuanVideo15Pipeline(
        text_encoder=Qwen2_5_VLTextModel(
            Qwen2_5_VLTextConfig(
                vocab_size=len(vocabulary) + 5,
                hidden_size=16,
                intermediate_size=16,
                num_hidden_layers=3,
                num_attention_heads=2,
                num_key_value_heads=2,
                rope_parameters={
                    "type": "default",
                    "rope_type": "default",
                    "mrope_section": [1, 1, 2],
                    "rope_theta": 1e6,
                },
            )
        ),
        tokenizer=tokenizer,
        transformer=HunyuanVideo15Transformer3DModel(
            in_channels=9,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=8,
            num_layers=2,
            num_refiner_layers=1,
            mlp_ratio=2.0,
            text_embed_dim=16,
            text_embed_2_dim=16,
            image_embed_dim=12,
            rope_axes_dim=(2, 2, 4),
            target_size=64,
            task_type="t2v",
        ),
        vae=AutoencoderKLHunyuanVideo15(
            latent_channels=4,
            block_out_channels=(16, 16, 16, 16, 16),
            layers_per_block=1,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder_2=T5EncoderModel(
            T5Config(vocab_size=384, d_model=16, d_kv=4, d_ff=16, num_layers=1, num_heads=2, is_gated_act=True)
        ),
        tokenizer_2=ByT5Tokenizer(),
        guider=ClassifierFreeGuidance(guidance_scale=6.0),
    )


def ltx2() -> Any:
    """LTX-2: 32x32 pixels and 8 frames a latent, and a sound beside the pictures."""
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

    words = ["<pad>", "<eos>", "<bos>", "<unk>", "▁", *CHARS]
    tokenizer = GemmaTokenizerFast(vocab={word: number for number, word in enumerate(words)}, merges=[])
    text = Gemma3TextConfig(
        vocab_size=64,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
    )
    vision = SiglipVisionConfig(
        hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, image_size=28, patch_size=14
    )
    encoder = Gemma3ForConditionalGeneration(
        Gemma3Config(
            text_config=text,
            vision_config=vision,
            mm_tokens_per_image=4,
            image_token_index=63,
            boi_token_index=62,
            eoi_token_index=61,
        )
    )
    return LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=AutoencoderKLLTX2Video(
            latent_channels=4,
            block_out_channels=(8, 16, 32, 64),
            decoder_block_out_channels=(8, 16, 32),
            layers_per_block=(1, 1, 1, 1, 1),
            decoder_layers_per_block=(1, 1, 1, 1),
            spatial_compression_ratio=32,
            temporal_compression_ratio=8,
        ),
        audio_vae=AutoencoderKLLTX2Audio(
            base_channels=8,
            ch_mult=(1, 1, 1),
            num_res_blocks=1,
            resolution=32,
            latent_channels=2,
            norm_type="pixel",
            mel_bins=16,
        ),
        text_encoder=encoder,
        tokenizer=tokenizer,
        connectors=LTX2TextConnectors(
            caption_channels=16,
            text_proj_in_factor=3,
            video_connector_num_attention_heads=2,
            video_connector_attention_head_dim=8,
            video_connector_num_layers=1,
            video_connector_num_learnable_registers=None,
            audio_connector_num_attention_heads=2,
            audio_connector_attention_head_dim=8,
            audio_connector_num_layers=1,
            audio_connector_num_learnable_registers=None,
            connector_rope_base_seq_len=32,
            rope_double_precision=False,
            rope_type="split",
        ),
        transformer=LTX2VideoTransformer3DModel(
            in_channels=4,
            out_channels=4,
            num_attention_heads=2,
            attention_head_dim=8,
            cross_attention_dim=16,
            audio_in_channels=8,
            audio_out_channels=8,
            audio_num_attention_heads=2,
            audio_attention_head_dim=4,
            audio_cross_attention_dim=8,
            num_layers=2,
            caption_channels=16,
            rope_double_precision=False,
            rope_type="split",
        ),
        vocoder=LTX2Vocoder(
            in_channels=32,
            hidden_channels=32,
            out_channels=2,
            upsample_kernel_sizes=[4, 4],
            upsample_factors=[2, 2],
            resnet_kernel_sizes=[3],
            resnet_dilations=[[1, 3, 5]],
        ),
    )


BUILDERS: dict[str, Callable[[], Any]] = {
    "cogvideox-5b from a picture": cogvideox_from_picture,
    "cogvideox-5b": cogvideox,
    "ltx": ltx,
    "ltx-distilled": ltx_distilled,
    "hunyuan": hunyuan,
    "hunyuan-1.5": hunyuan_15,
    "wan2.1-1.3b": wan21,
    "wan2.2-5b": wan22,
    "ltx2": ltx2,
}


def build(name: str, folder: Path) -> Path:
    """The preset's pipeline at tiny size, saved in `folder`; the same weights every time."""
    torch.manual_seed(0)
    pipe = BUILDERS[name]()
    with torch.no_grad():  # noise of full contrast would rightly be refused as flickering
        for parameter in pipe.vae.decoder.conv_out.parameters():
            parameter *= 0.5
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder


def shrunk(name: str) -> Preset:
    """The preset of that name with sizes, lengths and arguments that its tiny pipeline can do in a second."""
    real = presets()[name]
    sizes = {aspect: _SMALL[aspect] for aspect in real.sizes}
    call = {**real.call, **_CALLS.get(name, {"max_sequence_length": 16})}
    timesteps = real.timesteps and (1000.0, 500.0)
    return replace(real, sizes=sizes, call=call, timesteps=timesteps, steps=2, longest=17)


_SMALL = {Aspect.PORTRAIT: (64, 96), Aspect.LANDSCAPE: (96, 64), Aspect.SQUARE: (64, 64)}
_CALLS: dict[str, dict[str, Any]] = {
    "hunyuan": {"max_sequence_length": 16, "prompt_template": {"template": "{}", "crop_start": 0}},
    "hunyuan-1.5": {},
}


@cache
def tiny_weights(name: str) -> Path:
    """A folder with the preset's tiny weights, built once a process and gone with it."""
    folder = Path(mkdtemp(prefix="popcorn-tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build(name, folder / name)
