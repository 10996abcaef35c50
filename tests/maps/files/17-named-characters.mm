<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Caf&eacute;&nbsp;&mdash; open">
<richcontent TYPE="NOTE"><html>
  <head>
    
  </head>
  <body>
<p>&ldquo;Yes&rdquo; &amp; &hellip; &lt;b&gt;</p>
  </body>
</html>
</richcontent>
</node>
</map>