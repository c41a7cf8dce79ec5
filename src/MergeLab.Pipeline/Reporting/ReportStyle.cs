using MergeLab.Reporting.Charts;

namespace MergeLab.Reporting;

/// <summary>The report's style sheet. The type has Helvetica's metrics, which drawings count on; figures align in tables.</summary>
static class ReportStyle
{
    const string Light = "--bg:#fff;--soft:#f6f7f9;--ink:#16191d;--muted:#5b6470;--rule:#dde1e6;--strong:#16191d;--link:#005f95;--good:#00704f;--bad:#a84a00;";
    const string Dark = "--bg:#14171b;--soft:#1c2026;--ink:#e8eaed;--muted:#9aa4af;--rule:#343a42;--strong:#e8eaed;--link:#7cc5ee;--good:#5ad3ae;--bad:#f49c66;";

    /// <summary>What drawings of figures need.</summary>
    const string Charts = """
        svg text{font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif;font-size:12px;fill:var(--ink);font-variant-numeric:tabular-nums}
        svg .tick,svg .axis-name,svg .muted,svg .states{fill:var(--muted)}
        svg .states{font-size:11px}svg .kind,svg .count{font-size:13px;font-weight:600}
        svg .name{paint-order:stroke;stroke:var(--bg);stroke-width:5px;stroke-linejoin:round}
        svg .grid{stroke:var(--rule)}svg .axis{stroke:var(--muted)}
        svg .reference{stroke:var(--muted);stroke-dasharray:4 4}
        svg .band{fill:var(--c);opacity:.16}svg .curve{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}
        svg .marker{fill:var(--c);stroke:var(--bg);stroke-width:1.25}svg .marker.hollow{fill:var(--bg);stroke:var(--c);stroke-width:2}
        svg .whisker{stroke:var(--c);stroke-width:2;stroke-linecap:round}svg .label{fill:var(--ct,var(--muted));font-weight:600}svg .label.muted{font-weight:400}
        svg .tolerance{fill:var(--soft)}svg .bar{fill:var(--c)}
        svg .speck{fill:var(--muted);opacity:.55}svg .halo{paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
        """;

    /// <summary>The style of a drawing that stands alone.</summary>
    public static string Drawing { get; } = $$$"""
        :root{color-scheme:light dark;{{{Light}}}{{{Palette.Css(dark: false)}}} }
        @media (prefers-color-scheme:dark){:root{ {{{Dark}}}{{{Palette.Css(dark: true)}}} } }
        {{{Palette.Rules}}}
        {{{Charts}}}
        .ground{fill:var(--bg)}svg .title{font-size:14px;font-weight:600}svg .words{fill:var(--muted)}
        """.ReplaceLineEndings("\n");

    public static string Css { get; } = $$$"""
        :root{color-scheme:light dark;{{{Light}}}{{{Palette.Css(dark: false)}}} }
        @media (prefers-color-scheme:dark){:root{ {{{Dark}}}{{{Palette.Css(dark: true)}}} } }
        {{{Palette.Rules}}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        body{margin:0 auto;max-width:63rem;padding:2.5rem 1.5rem 5rem;background:var(--bg);color:var(--ink);font:1rem/1.55 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
        header{margin-bottom:1.75rem}
        p{margin:.5rem 0;max-width:46rem}
        small{font-size:.8125rem}
        a{color:var(--link)}
        code{font:.875em ui-monospace,Menlo,Consolas,"Liberation Mono",monospace}
        .eyebrow{color:var(--muted);font-size:.9375rem;margin:0 0 .75rem}.eyebrow b{color:var(--ink)}
        h1{font-size:clamp(1.375rem,1rem + 1.9vw,2rem);line-height:1.25;letter-spacing:-.012em;font-weight:700;margin:0 0 1.1rem;max-width:44rem;text-wrap:balance;overflow-wrap:break-word}
        h2{font-size:1.25rem;line-height:1.3;letter-spacing:-.005em;margin:0 0 1rem}
        .basis,.facts,.note{color:var(--muted);font-size:.875rem;line-height:1.5}
        .basis{margin-top:1rem}
        nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;border-block:1px solid var(--rule);padding:.6rem 0;font-size:.9375rem}
        nav a{text-decoration:none}nav a:hover{text-decoration:underline}
        section{padding-top:2.25rem}section+section{margin-top:2.25rem;border-top:1px solid var(--rule)}
        figure{margin:0 0 2.25rem}figcaption{margin-bottom:.75rem;font-size:.9375rem;max-width:46rem}
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums;border-bottom:1.5px solid var(--strong);border-top:1.5px solid var(--strong)}
        th,td{text-align:left;padding:.4rem .9rem .4rem 0;vertical-align:top;font-weight:400;white-space:nowrap}
        th:last-child,td:last-child{padding-right:.25rem}
        thead th{border-bottom:1px solid var(--strong);font-weight:600;vertical-align:bottom}
        tbody tr+tr>*{border-top:1px solid var(--rule)}
        .n{text-align:right;padding-left:.9rem}
        .main th small,.main td small,.main td i{display:block;color:var(--muted);font-weight:400;line-height:1.35}
        .main td small,.main td i{font-size:.75rem}
        .main tbody th{font-weight:600}.apart{font-variant-numeric:tabular-nums}.apart small{color:var(--muted);margin-left:.35rem}
        @media (min-width:46rem){.main tbody th small{display:inline;margin-left:.6rem}.main td small{display:inline-block;min-width:8.2em;margin-left:.7rem}.main th,.main td{padding-right:1.5rem}}
        .published{font-style:italic;color:var(--s3t)!important}p.published b{font-style:normal}
        .note.published{border-left:3px solid var(--s3);padding-left:.75rem}
        .theirs{margin-top:1.5rem;border-left:3px solid var(--s3);padding-left:1rem}.theirs p{font-size:.875rem;margin-top:0}
        details{margin:.5rem 0}summary{cursor:pointer;color:var(--link);font-size:.875rem;padding:.2rem 0}summary small{color:var(--muted)}
        table.data{font-size:.8125rem;border-width:1px;margin:.5rem 0 1rem}.data th,.data td{padding-block:.22rem;padding-right:.75rem}.data .n{padding-left:.75rem}
        dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.3rem 1.5rem;font-size:.9375rem;margin:0}dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
        .failed{color:var(--bad)}
        svg{display:block;max-width:100%;height:auto;overflow:visible}
        {{{Charts}}}
        svg .frame{fill:var(--soft);stroke:var(--rule)}svg a:hover .frame{stroke:var(--link)}svg .edge{fill:none;stroke:var(--muted);opacity:.55;stroke-width:1.25}
        svg .state.cached,.swatch.cached{fill:var(--s6);background:var(--s6);opacity:.5}svg .state.ran,.swatch.ran{fill:var(--s0);background:var(--s0)}
        svg .state.failed,.swatch.failed{fill:var(--s1);background:var(--s1)}svg .state.skipped,.swatch.skipped{fill:var(--rule);background:var(--rule)}
        .key{color:var(--muted);font-size:.875rem;white-space:nowrap}.swatch{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;margin:0 .35rem 0 .6rem}
        .strip .span{fill:var(--muted);opacity:.35}.strip .dot{fill:var(--ink);stroke:var(--bg);stroke-width:1.5}
        .strip.better .span{fill:var(--s2)}.strip.worse .span{fill:var(--s1)}.strip.better .dot{fill:var(--good)}.strip.worse .dot{fill:var(--bad)}
        .narrow{display:none}
        @media (max-width:46rem){body{padding:1.5rem 1rem 3rem}.wide{display:none}.narrow{display:block}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}.theirs{padding-left:.6rem}}
        @media print{:root{ {{{Light}}}{{{Palette.Css(dark: false)}}} } body{max-width:none;padding:0;font-size:10pt}nav,details:not([open]):not(.singles){display:none}details.singles::details-content{content-visibility:visible;display:block}figure,tr{break-inside:avoid}section{padding-top:1rem}}
        """.ReplaceLineEndings("\n");
}
