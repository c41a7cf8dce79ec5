using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Vocabularies;

/// <summary>What a recipe's <c>chat_template</c> stands for: auto, a known format, or a template in Jinja.</summary>
public static class ChatTemplates
{
    /// <summary>Messages between tokens that name who speaks (OpenAI's ChatML, in the form models of it share).</summary>
    const string ChatMl = """
        {% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}
        {% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}

        """;

    /// <summary>Instruction and response under headings (Stanford Alpaca); its preamble where there is no system message.</summary>
    const string Alpaca = """
        {%- if messages[0]['role'] != 'system' -%}
        {{ 'Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n' }}
        {%- endif -%}
        {%- for message in messages -%}
        {%- if message['role'] == 'user' -%}
        {{ '### Instruction:\n' + message['content'] + '\n\n' }}
        {%- elif message['role'] == 'assistant' -%}
        {{ '### Response:\n' + message['content'] + eos_token + '\n\n' }}
        {%- else -%}
        {{ message['content'] + '\n\n' }}
        {%- endif -%}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        {{ '### Response:\n' }}
        {%- endif -%}

        """;

    /// <summary>Role in brackets, an end after what system and assistant say (LG EXAONE 3).</summary>
    const string Exaone = """
        {%- if messages[0]['role'] != 'system' -%}
        {{ '[|system|][|endofturn|]\n' }}
        {%- endif -%}
        {%- for message in messages -%}
        {{ '[|' + message['role'] + '|]' + message['content'] }}
        {%- if message['role'] != 'user' -%}
        {{ '[|endofturn|]' }}
        {%- endif -%}
        {{ '\n' }}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        {{ '[|assistant|]' }}
        {%- endif -%}

        """;

    /// <summary>Role between header tokens, an end after each message (Meta Llama 3).</summary>
    const string Llama3 = """
        {{- bos_token }}
        {%- for message in messages -%}
        {{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + (message['content'] | trim) + '<|eot_id|>' }}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
        {{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif -%}

        """;

    /// <summary>What the user says between instruction marks, a system message before the first of it (Mistral 7B Instruct).</summary>
    const string Mistral = """
        {{- bos_token }}
        {%- set lead = namespace(text='') -%}
        {%- for message in messages -%}
        {%- if message['role'] == 'system' -%}
        {%- set lead.text = message['content'] + '\n\n' -%}
        {%- elif message['role'] == 'user' -%}
        {{ '[INST] ' + lead.text + message['content'] + ' [/INST]' }}
        {%- set lead.text = '' -%}
        {%- else -%}
        {{ ' ' + message['content'] + eos_token }}
        {%- endif -%}
        {%- endfor -%}

        """;

    static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["alpaca"] = Alpaca,
        ["chatml"] = ChatMl,
        ["exaone"] = Exaone,
        ["llama3"] = Llama3,
        ["mistral"] = Mistral,
    };

    /// <param name="wanted">What the recipe says.</param>
    /// <param name="folders">Of the models, in order of mention, the base first.</param>
    /// <param name="note">Told where there is nothing to choose from.</param>
    /// <returns>The template; null where it is left to the tokenizer's own.</returns>
    public static string? Choose(ChatTemplateRequest wanted, IEnumerable<string> folders, Action<string> note)
    {
        if (wanted.Kind != ChatTemplateKind.Auto) return wanted.Kind == ChatTemplateKind.Named ? Known[wanted.Text] : wanted.Text;
        var most = folders.Select(ChatTemplateFiles.Find).OfType<string>().Select(t => t.Trim()).Where(t => t.Length > 0)
            .GroupBy(t => t, StringComparer.Ordinal).MaxBy(g => g.Count()); // the first of equals
        if (most is null) note("chat_template: auto finds no template in any of the models; none is written");
        return most?.Key;
    }
}
